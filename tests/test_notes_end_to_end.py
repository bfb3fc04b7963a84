"""A note with the real encoder and the real index: refused before, cited after, refused again when it is gone."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.inference.scheduler import Limits, Scheduler
from nexus_appliance.operations.uploads import Upload
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.tutoring.answers import Answer
from tests import fakes_model
from tests.pdfs import text_pdf

BOOK = (
    ("Algoritma", "Algoritma adalah urutan langkah yang jelas dan terbatas untuk menyelesaikan suatu masalah."),
    ("Jaringan komputer", "Jaringan komputer menghubungkan dua komputer atau lebih sehingga dapat bertukar data."),
)
QUESTION = "Kapan lomba robotika sekolah diadakan?"
NOTE = "Lomba robotika sekolah diadakan setiap bulan Oktober di aula. Tim terdiri atas tiga siswa."
LIMITS = Limits(load=10, silence=90, retry=0.5, missing=0.1, pause=0.05, longest_pause=0.2, grace=2)


@pytest.fixture
async def appliance(config: Config, tmp_path: Path) -> AsyncIterator[Appliance]:
    """The real thing but for the language model, with one book of two pages."""
    config = replace(config, answer_tokens=60)
    scheduler = Scheduler(config, entry=fakes_model.entry, recipe=dict, limits=LIMITS)
    appliance = Appliance.build(config, model=scheduler)
    appliance.subjects.add(OPERATOR, 10, "Informatika")
    pdf = text_pdf(tmp_path / "informatika.pdf", BOOK)
    appliance.uploads.submit(OPERATOR, Upload("informatika_10", pdf, "informatika.pdf", "Informatika"))
    assert appliance.ingesting.work_once()
    await appliance.start()
    yield appliance
    await appliance.close()


async def ask(appliance: Appliance) -> Answer:
    async with aclosing(appliance.tutor.ask(OPERATOR, "informatika_10", QUESTION)) as events:
        *_others, answer = [event async for event in events]
    assert isinstance(answer, Answer)
    return answer


def settled(appliance: Appliance) -> float:
    """Wait until the notes are what students get; the seconds it took."""
    return wait(lambda: not appliance.notes.list(OPERATOR, "informatika_10").pending)


def wait(condition: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < 60
        time.sleep(0.02)
    return time.monotonic() - begun


async def test_a_note_is_cited_while_it_is_there(appliance: Appliance) -> None:
    assert (await ask(appliance)).outcome == "refused"
    note = appliance.notes.add(OPERATOR, "informatika_10", QUESTION, NOTE)
    print(f"a note answers after {settled(appliance):.2f} s")
    answer = await ask(appliance)
    assert answer.outcome == "answered"
    first = answer.citations[0]
    assert (first.note, first.section, first.text) == (True, QUESTION, f"{QUESTION}\n{NOTE}")
    assert [one.note for one in answer.citations].count(True) == 1
    appliance.notes.remove(OPERATOR, note)
    settled(appliance)
    assert (await ask(appliance)).outcome == "refused"
    appliance.notes.restore(OPERATOR, note)
    settled(appliance)
    assert (await ask(appliance)).citations[0].note


async def test_sentences_get_vectors_while_nobody_asks(appliance: Appliance) -> None:
    packs = appliance.config.home / "packs"
    await asyncio.to_thread(wait, lambda: any(packs.glob("*.sentences")))
