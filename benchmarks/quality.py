"""How good are pages, refusals and answers? The product beside BM25, vectors and a plain prompt, in one run.

    python -m benchmarks.quality --data DIR [--limit N] [--plain N] [--seed S] [--cache DIR]

Asks core_450 in a school that holds the encyclopedia, by the path that a student's question takes, and its answerable
questions again in a subject that holds only the Go book. 450 questions take two hours; `--limit` draws some for the
first, and `--plain` takes the first of these for the plain prompt, which takes longest.
Writes benchmarks/results/quality.json, and into the cache the answers, for verdicts by hand (quality_answers.jsonl).
"""

import argparse
import asyncio
import json
import os
import random
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TextIO

from benchmarks.results import write_results
from benchmarks.retrieval import GOLANG, VOLUMES, ask
from benchmarks.shelves import temporary_shelves
from benchmarks.vector_cache import CachedEncoder
from nexus_appliance.appliance import Appliance
from nexus_appliance.commands.evaluate import result
from nexus_appliance.config import Config
from nexus_appliance.inference.scheduler import Request, Token
from nexus_appliance.knowledge.encoder_child import EncoderChild
from nexus_appliance.operations.imports import import_pack
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.tutoring.cases import Case, read_cases
from nexus_appliance.tutoring.evaluation import Result, contains_gold, holds_answer, interval, report
from nexus_appliance.tutoring.prompts import STOP, compose
from nexus_appliance.tutoring.quotes import without_quotation

PLAIN = 3
"""Whole passages in the plain prompt."""

REFUSED = (0.0, 0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3)
"""Points of the trade-off curve: shares of the answerable that are refused."""


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks.quality")
    arguments.add_argument("--data", type=Path, help="the folder of the developers' set")
    arguments.add_argument("--cache", type=Path, default=Path(gettempdir()) / "nexus-benchmarks")
    arguments.add_argument("--limit", type=int, default=450, help="questions that the model is asked")
    arguments.add_argument("--plain", type=int, default=300, help="answerable ones of them for the plain prompt")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    if given.data is None:
        print("benchmarks.quality: not run (give --data DIR)")
        return
    load = os.getloadavg()[0]
    cases = read_cases(given.data / "qa" / "core_450.jsonl")
    drawn = random.Random(given.seed).sample(cases, min(given.limit, len(cases)))
    corpus = given.data / "corpus"
    with temporary_shelves(given.cache) as shelves:
        volumes = [corpus / name for name in VOLUMES]
        every = [case for case in cases if case.answerable]
        pages = _pages(shelves.add("literasi", volumes), shelves, every)
        packs = {"literasi_10": [shelves.pack(path) for path in volumes], "golang_10": [shelves.pack(corpus / GOLANG)]}
    with TemporaryDirectory(prefix="nexus-bench-") as home:
        answers = asyncio.run(_answers(Path(home), packs, drawn, every, given.plain, given.cache))
    write_results("quality", {"pages": pages, **answers}, load)


def _pages(subject: int, shelves: object, cases: Sequence[Case]) -> dict[str, object]:
    """Every answerable question: the product, vectors alone and BM25 alone."""
    from benchmarks.shelves import Shelves

    assert isinstance(shelves, Shelves)
    weights = {"product": None, "dense": 1.0, "bm25": 0.0}
    return {name: ask(shelves, subject, cases, weight).figures() for name, weight in weights.items()}


async def _answers(
    home: Path, packs: dict[str, list[Path]], cases: Sequence[Case], every: Sequence[Case], plainly: int, cache: Path
) -> dict[str, object]:
    """Ask `cases` in the encyclopedia and `plainly` so many by the plain prompt, `every` answerable in the Go book."""
    child = EncoderChild()
    appliance = Appliance.build(Config(home=home), embedder=CachedEncoder(child, cache))
    try:
        for subject, files in packs.items():
            name, _, grade = subject.partition("_")
            appliance.subjects.add(OPERATOR, int(grade), name.title())
            for file in files:
                import_pack(appliance.database, appliance.library, OPERATOR, subject, file, lambda _done, _total: None)
        while appliance.library.refine():
            pass
        await appliance.scheduler.start()
        with (cache / "quality_answers.jsonl").open("w", encoding="utf-8") as kept:
            results = [
                await _told(appliance, "literasi_10", case, number, kept) for number, case in enumerate(cases, 1)
            ]
        asked_plainly = [one for one in results if one.case.answerable][:plainly]
        answerable = [one.case for one in asked_plainly]
        elsewhere = [await _told(appliance, "golang_10", case, number) for number, case in enumerate(every, 1)]
        print(json.dumps({"so far": report(results), "elsewhere": _share_answered(elsewhere)}), flush=True)
        plain = [await _plain(appliance, case) for case in answerable]
    finally:
        await appliance.close()
        child.close()
    answered = [one for one in results if one.answer and one.answer.outcome == "answered"]
    return {
        "answers": report(results),
        "trade-off": _curve(results),
        "contains_gold without quotations": _share_written(results),
        "contains_gold of the questions that follow": contains_gold(asked_plainly),
        "contains_gold of the plain prompt": round(sum(plain) / len(plain), 4),
        "interval of the plain prompt": interval(_as_results(answerable, plain), _share_right, 0),
        "answered in a subject of other books": _share_answered(elsewhere),
        "right of those answered": round(sum(one.right for one in answered) / len(answered), 4),
    }


async def _told(appliance: Appliance, subject: str, case: Case, number: int, kept: TextIO | None = None) -> Result:
    if number % 20 == 0:
        print(f"  {subject}: question {number}", flush=True)
    found = await result(appliance, subject, case, answered=True)
    if kept is not None:
        kept.write(json.dumps(_row(found), ensure_ascii=False) + "\n")
        kept.flush()
    return found


async def _plain(appliance: Appliance, case: Case) -> bool:
    """Whether the model's answer from the first whole passages, with nothing around it, holds the right one."""
    subject = appliance.subjects.get(OPERATOR, "literasi_10").id
    found = appliance.library.search(subject, case.text, dense_weight=0.8)
    prompt = compose([passage.text for passage in found.passages[:PLAIN]], case.text)
    request = Request(OPERATOR.username, prompt, appliance.config.answer_tokens, STOP)
    async with aclosing(appliance.scheduler.stream(request)) as events:
        said = "".join([event.text async for event in events if isinstance(event, Token)])
    return holds_answer(said, case.answers)


def _curve(results: Sequence[Result]) -> list[dict[str, float]]:
    """For shares of the answerable that are refused, the share of the unanswerable that then get a claim."""
    likely = {label: sorted(_likely(one) for one in results if one.case.answerable is label) for label in (True, False)}
    points = []
    for share in REFUSED:
        least = likely[True][int(share * len(likely[True]))]
        claimed = sum(one >= least for one in likely[False]) / len(likely[False])
        points.append({"answerable_refused": share, "unanswerable_claimed": round(claimed, 4), "least": least})
    return points


def _likely(one: Result) -> float:
    return one.answer.answerable if one.answer else 0.0


def _share_written(results: Sequence[Result]) -> float:
    """The share of the answerable whose answer holds the right one in the model's own words."""
    texts = [(one.case, one.answer.text) for one in results if one.answer and one.case.answerable]
    return round(sum(holds_answer(without_quotation(text), case.answers) for case, text in texts) / len(texts), 4)


def _share_answered(results: Sequence[Result]) -> float:
    return round(sum(one.answer is not None and not one.answer.refused for one in results) / len(results), 4)


def _as_results(cases: Sequence[Case], right: Sequence[bool]) -> list[Result]:
    return [Result(case, int(one), None, 0.0) for case, one in zip(cases, right, strict=True)]


def _share_right(results: Sequence[Result]) -> float:
    return round(sum(one.rank or 0 for one in results) / len(results), 4)


def _row(one: Result) -> dict[str, object]:
    """An answer with its passages, as it is judged by hand."""
    assert one.answer is not None
    return {
        "id": one.case.id,
        "question": one.case.text,
        "answerable": one.case.answerable,
        "outcome": one.answer.outcome,
        "answer": one.answer.text,
        "confidence": one.answer.confidence,
        "answerable_chance": one.answer.answerable,
        "right": one.right,
        "gold": list(one.case.answers),
        "rank": one.rank,
        "hits": [one.case.hit(citation.file, citation.page_pdf) for citation in one.answer.citations],
        "passages": [citation.text for citation in one.answer.citations],
        "pages": [f"{citation.file}:{citation.page_pdf}" for citation in one.answer.citations],
    }


if __name__ == "__main__":
    main()
