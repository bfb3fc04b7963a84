"""A tutor with scripted parts on a real database, and a student who asks."""

from dataclasses import replace
from typing import Any, cast

from nexus_appliance.config import Config
from nexus_appliance.inference.scheduler import Scheduler
from nexus_appliance.knowledge.gate import Gate
from nexus_appliance.knowledge.library import Library
from nexus_appliance.school.callers import Caller
from nexus_appliance.school.subjects import Subjects
from nexus_appliance.storage.database import Database
from nexus_appliance.tutoring.answers import AnswerEvent, Turn
from nexus_appliance.tutoring.confidence import Confidence
from nexus_appliance.tutoring.history import History
from nexus_appliance.tutoring.known import KnownAnswers
from nexus_appliance.tutoring.tutor import Tutor
from tests.tutoring.fakes import OPEN_GATE, ScriptedScheduler, ShelfOfPassages


class Desk:
    """`ask` collects what a tutor says; `tutor` makes one."""

    def __init__(self, config: Config, database: Database, student: Caller) -> None:
        self.student = student
        self.history = History(database)
        self.known = KnownAnswers(database, limit=0)
        self.shelf = ShelfOfPassages()
        self.config, self._subjects = config, Subjects(config, database)

    def tutor(
        self, scheduler: ScriptedScheduler, gate: Gate = OPEN_GATE, confidence: Confidence | None = None
    ) -> Tutor:
        library, model = cast(Library, self.shelf), cast(Scheduler, scheduler)
        return Tutor(
            self.config,
            self._subjects,
            library,
            gate,
            lambda: confidence,
            model,
            self.history,
            self.known,
            lambda: "scripted",
        )

    async def ask(self, tutor: Tutor, question: str, *turns: Turn) -> list[AnswerEvent]:
        return [event async for event in tutor.ask(self.student, "informatika_10", question, turns)]

    def config_with(self, **settings: Any) -> Config:
        """The settings with some changed."""
        return replace(self.config, **settings)
