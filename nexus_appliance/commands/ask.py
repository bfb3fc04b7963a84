"""`nexus ask`: one question, answered on the command line; nothing is recorded."""

import contextlib
import time
from contextlib import aclosing, nullcontext
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands.running import Arguments, execute, json_option
from nexus_appliance.errors import Unavailable
from nexus_appliance.operations.channel import Report
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.tutoring.answers import Answer, Cleared, Text
from nexus_appliance.tutoring.quotes import quotation
from ui.school_words import outcome_sentence, page_name

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance


async def ask(appliance: "Appliance", arguments: Arguments, report: Report) -> dict[str, Any]:
    """Answer `question` from the books of `subject`; reports stretches of text as they come."""
    load = await _load_model(appliance)
    answer: Answer | None = None
    async with aclosing(appliance.tutor.ask(OPERATOR, arguments["subject"], arguments["question"])) as events:
        async for event in events:
            if isinstance(event, Text):
                report({"text": event.text})
            elif isinstance(event, Cleared):
                report({"text": "\n\n"})
            elif isinstance(event, Answer):
                answer = event
    if answer is None:
        raise RuntimeError("the tutor ended without an answer")
    return _plain(answer, load)


async def _load_model(appliance: "Appliance") -> float:
    """Milliseconds until the model is ready: next to nothing in a running server that has it loaded."""
    started = time.monotonic()
    if not appliance.serving:
        await appliance.scheduler.start()
    with contextlib.suppress(Unavailable):  # without a model the answer is the passages
        await appliance.scheduler.count("siap")
    return round((time.monotonic() - started) * 1000, 1)


def _plain(answer: Answer, load: float) -> dict[str, Any]:
    times = {"retrieval": None, "queue": None, "first_token": None} | answer.timings_ms
    return {
        "answer": answer.text,
        "refused": answer.refused,
        "outcome": answer.outcome,
        "confidence": answer.confidence,
        "citations": [citation.plain() for citation in answer.citations],
        "timings_ms": {"model_load": load, **times},
    }


@click.command("ask")
@click.argument("subject")
@click.argument("question")
@json_option
def ask_command(subject: str, question: str, as_json: bool) -> None:
    """Ask a QUESTION about the books of a SUBJECT (its code, such as fisika_12). A refusal is no error."""

    def show(event: dict[str, Any]) -> None:
        if not as_json:
            click.echo(event["text"], nl=False)

    arguments = {"subject": subject, "question": question}
    result = execute("ask", ask, arguments, as_json=as_json, view=nullcontext(show))
    if not as_json:
        click.echo("" if result["outcome"] == "answered" else outcome_sentence(result["outcome"]))
        if quoted := quotation(result["answer"]):
            click.echo(quoted)
        for citation in result["citations"]:
            page = "" if citation["note"] else f", {page_name(citation['page_pdf'], citation['page_printed'])}"
            click.echo(f"  [{citation['number']}] {citation['book']}{page}: {citation['section']}")
