"""`nexus evaluate`: ask a subject many questions whose answers and pages are known, and tell how well it did."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands.progress_line import ProgressLine
from nexus_appliance.commands.running import Arguments, execute, json_option
from nexus_appliance.operations.channel import Report
from nexus_appliance.school.callers import OPERATOR

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance
    from nexus_appliance.knowledge.passages import Passage
    from nexus_appliance.tutoring.answers import Answer
    from nexus_appliance.tutoring.cases import Case
    from nexus_appliance.tutoring.evaluation import Result

PASSAGES = 8
"""Of a search: enough for five distinct pages."""


async def evaluate(appliance: "Appliance", arguments: Arguments, report: Report) -> dict[str, Any]:
    """Ask the questions of `file`, `limit` of them drawn by `seed`, one after the other; writes no history.

    Without a running server, books that came in a moment ago get the vectors of their sentences first.
    """
    from nexus_appliance.tutoring import evaluation
    from nexus_appliance.tutoring.cases import read_cases

    cases = await asyncio.to_thread(read_cases, Path(arguments["file"]))
    if arguments["limit"] and arguments["limit"] < len(cases):
        cases = random.Random(arguments["seed"]).sample(cases, arguments["limit"])  # noqa: S311 - repeatable
    if not appliance.serving:
        await _refine(appliance, report)
        if not arguments["retrieval_only"]:
            await appliance.scheduler.start()
    results: list[Result] = []
    started = time.monotonic()
    for done, case in enumerate(cases, 1):
        results.append(await result(appliance, arguments["subject"], case, answered=not arguments["retrieval_only"]))
        left = (time.monotonic() - started) / done * (len(cases) - done)
        report({"stage": "evaluate", "done": done, "total": len(cases), "seconds_left": left})
    return await asyncio.to_thread(evaluation.report, results, arguments["seed"])


async def result(appliance: "Appliance", subject: str, case: "Case", *, answered: bool) -> "Result":
    """Ask one case; without `answered` only the pages are looked for. Raises `NexusError` as the tutor does."""
    from nexus_appliance.tutoring.evaluation import Result

    number = appliance.subjects.get(OPERATOR, subject).id
    started = time.monotonic()
    found = await asyncio.to_thread(appliance.library.search, number, case.text, PASSAGES)
    answer = await _answer(appliance, subject, case.text) if answered else None
    return Result(case, case.rank(as_cited(found.passages, answer)), answer, time.monotonic() - started)


def as_cited(passages: "Sequence[Passage]", answer: "Answer | None") -> "list[Passage]":
    """The passages in the order of the answer's citations, then those that it does not cite."""
    cited = [citation.key for citation in answer.citations] if answer else []
    return sorted(passages, key=lambda one: cited.index(one.key) if one.key in cited else len(cited))


async def _refine(appliance: "Appliance", report: Report) -> None:
    """Book by book, each with its own progress."""
    total = before = 0
    started = time.monotonic()
    while left := await asyncio.to_thread(appliance.library.refine):
        if left > before:  # the next book
            total, started = left, time.monotonic()
        done, before = total - left, left
        seconds = (time.monotonic() - started) / done * left if done else 0.0
        report({"stage": "refine", "done": done, "total": total, "seconds_left": seconds})


async def _answer(appliance: "Appliance", subject: str, question: str) -> "Answer":
    from nexus_appliance.tutoring.answers import Answer

    async with aclosing(appliance.tutor.ask(OPERATOR, subject, question)) as events:
        async for event in events:
            if isinstance(event, Answer):
                return event
    raise RuntimeError("the tutor ended without an answer")


@click.command("evaluate")
@click.argument("subject")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, resolve_path=True))
@click.option("--retrieval-only", is_flag=True, help="Look for pages only; the language model is not asked.")
@click.option("--limit", type=click.IntRange(1), help="Ask so many of the questions, drawn by the seed.")
@click.option("--seed", type=int, default=0, show_default=True, help="Makes the choice and the intervals repeatable.")
@json_option
def evaluate_command(
    subject: str, file: str, retrieval_only: bool, limit: int | None, seed: int, as_json: bool
) -> None:
    """Ask a SUBJECT the questions of FILE (JSON lines) and print how well the books and the model answer."""
    arguments = {"subject": subject, "file": file, "retrieval_only": retrieval_only, "limit": limit, "seed": seed}
    result = execute("evaluate", evaluate, arguments, as_json=as_json, view=ProgressLine())
    for name, value in [] if as_json else result.items():
        click.echo(f"{name:<16} {value}")
