"""The composition root: builds every service once and owns their lifetime."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import cache, partial

from nexus_appliance.config import Config
from nexus_appliance.distribution.cloud_service import CloudService
from nexus_appliance.distribution.following import Following
from nexus_appliance.distribution.looking import Looking, LookProgress
from nexus_appliance.distribution.neighbour import Neighbour
from nexus_appliance.distribution.releases import Releases
from nexus_appliance.distribution.sending import Sending
from nexus_appliance.distribution.sharing import Sharing
from nexus_appliance.distribution.switching import Switching
from nexus_appliance.distribution.updates import Updates
from nexus_appliance.errors import NexusError
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.scheduler import Scheduler
from nexus_appliance.knowledge.encoder_child import EncoderChild
from nexus_appliance.knowledge.gate import Gate
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.notes import Encoder
from nexus_appliance.knowledge.vectors import ChromaIndex
from nexus_appliance.operations.console import Console
from nexus_appliance.operations.ingesting import Ingesting
from nexus_appliance.operations.jobs import Jobs
from nexus_appliance.operations.logs import log_to
from nexus_appliance.operations.machine import Machine
from nexus_appliance.operations.models import Models
from nexus_appliance.operations.network import Network
from nexus_appliance.operations.noting import Noting
from nexus_appliance.operations.pictures import Pictures
from nexus_appliance.operations.progress import Progress
from nexus_appliance.operations.uploads import Uploads
from nexus_appliance.school.accounts import Accounts
from nexus_appliance.school.books import Books
from nexus_appliance.school.inbox import Inbox
from nexus_appliance.school.notes import Notes
from nexus_appliance.school.notices import Notices
from nexus_appliance.school.passwords import Passwords
from nexus_appliance.school.sessions import Sessions
from nexus_appliance.school.setup import SetupCode
from nexus_appliance.school.subjects import Subjects
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.home import Home
from nexus_appliance.storage.migrate import upgrade
from nexus_appliance.storage.schema import utc_now
from nexus_appliance.tutoring.ahead import Ahead
from nexus_appliance.tutoring.confidence import Confidence
from nexus_appliance.tutoring.history import History
from nexus_appliance.tutoring.known import KnownAnswers
from nexus_appliance.tutoring.prompts import SYSTEM
from nexus_appliance.tutoring.ratings import Ratings
from nexus_appliance.tutoring.reviews import Reviews
from nexus_appliance.tutoring.tutor import Tutor

log = logging.getLogger(__name__)


class Appliance:
    """One school on one machine: `build` opens the data folder, `start` begins the work, `close` ends all."""

    def __init__(self, config: Config, parts: ExitStack, *, model: Scheduler | None, embedder: Encoder | None) -> None:
        self.config = config
        self._parts = parts
        self.home = Home(config.home)
        parts.callback(self.home.close)
        parts.callback(log_to(config.home, config.log_level))
        self.database = Database(config.database, pool_size=config.database_pool)
        parts.callback(self.database.close)
        upgrade(self.database)
        self._build_school()
        self.scheduler = model or Scheduler(config, system=SYSTEM)
        self._build_knowledge(embedder)
        self.models = Models(config, self.database, self.scheduler)
        self.machine = Machine(config, self.database, self.scheduler)
        self.console = Console(self.database)
        self.network = Network(config, self.database)
        parts.callback(self.network.close)
        self.history = History(self.database)
        self.ratings = Ratings(self.database)
        self.reviews = Reviews(self.database)
        self.ahead = Ahead(self.database, self.scheduler.prepare)
        self.known_answers = KnownAnswers(self.database, config.answer_cache)
        self.tutor = Tutor(
            config,
            self.subjects,
            self.library,
            self._gate,
            self._confidence,
            self.scheduler,
            self.history,
            self.known_answers,
            self._model_name,
        )
        parts.callback(self.tutor.close)
        self.serving = self._warmed = False

    @classmethod
    def build(cls, config: Config, *, model: Scheduler | None = None, embedder: Encoder | None = None) -> "Appliance":
        """Open the data folder with every service; `model` and `embedder` replace the real ones.

        Raises `Unavailable` (home_in_use, home_not_writable, database_gone, database_locked, disk_full) and `Invalid`
        (database_newer); nothing stays open then.
        """
        with ExitStack() as parts:
            appliance = cls(config, parts, model=model, embedder=embedder)
            appliance._parts = parts.pop_all()
            return appliance

    def _build_school(self) -> None:
        passwords = Passwords(self.config)
        self.sessions = Sessions(self.config, self.database, passwords)
        self.setup_code = SetupCode()
        self.accounts = Accounts(self.database, passwords, self.sessions, self.setup_code)
        self.subjects = Subjects(self.config, self.database)
        self.notices = Notices(self.database)
        self.inbox = Inbox(self.database)
        self.notes = Notes(self.database)

    def _build_knowledge(self, embedder: Encoder | None) -> None:
        if embedder is None:
            child = EncoderChild(self.config.encoder_threads)
            self._parts.callback(child.close)
            embedder = child
        self._gate = Gate.of(embedder.identity.id)
        self._confidence = partial(_confidence, self.config, embedder.identity.id)
        vectors = ChromaIndex(self.config.home / "vectors", embedder.identity.key)
        self._parts.callback(vectors.close)
        self.library = Library(self.database, self.config.home, vectors, embedder)
        self.books = Books(self.database, self.library.prepared)
        damaged = dict(self.library.recover())
        for pack_id, failure in damaged.items():
            log.error("pack %d does not answer: %s", pack_id, failure)
        progress = Progress()
        self.uploads = Uploads(self.config, self.database)
        self.pictures = Pictures(self.config, self.database, self.library)
        self._parts.callback(self.pictures.close)
        self.jobs = Jobs(self.database, progress)
        chores: list[Callable[[], object]] = [
            self._warm,
            self._sweep,
            self.uploads.sweep,
            self.sessions.prune,
            self._change_program,
        ]
        self.ingesting = Ingesting(self.config, self.database, self.library, progress, chores, self._spare)
        self._parts.callback(self.ingesting.close)
        self.noting = Noting(self.config, self.database, self.library, embedder, damaged)
        self._parts.callback(self.noting.close)
        self._build_distribution()

    def _build_distribution(self) -> None:
        home, progress = self.config.home, LookProgress()
        looking = Looking(self.database, self.library, home, progress)
        cloud = CloudService(home, self.database)
        self.following = Following(self.config, self.database, looking, progress, self.library.require_room, cloud)
        self._parts.callback(self.following.close)
        self.sending = Sending(self.config, self.database, cloud, self.following)
        self._parts.callback(self.sending.close)
        self.sharing = Sharing(self.database, cloud)
        self.updates = Updates(self.database, self.library, self.following, home)
        self.switching = Switching(self.database, home)
        self.releases = Releases(self.database, self.following, home, self.switching)
        self.neighbour = Neighbour(self.config, self.database, self.library)

    def _model_name(self) -> str:
        return self.scheduler.status().model

    def _warm(self) -> None:
        """Once, soon after the start: nobody has to wait until the books are read into memory."""
        if not self._warmed:
            self._warmed = True
            self.library.warm()

    def _sweep(self) -> None:
        before = utc_now() - timedelta(hours=self.config.sweep_hours)
        self.library.sweep(before)
        self.notes.sweep(before)

    def _change_program(self) -> None:
        """Tell how the last change ended; ask for one that is due."""
        self.switching.tell()
        self.switching.ask_when_calm()

    def _spare(self) -> bool:
        """See to the model; make vectors that are lacking, then refine the order of passages while the model rests."""
        self.models.mend()
        if self.library.reencode() > 0:
            return True
        status = self.scheduler.status()
        return status.resting and (self.library.refine() > 0 or self.ahead.step(status.pid) > 0)

    async def start(self) -> None:
        """Load the model in the background and work on the job queue; to be called on the event loop."""
        self.serving = True
        self.ingesting.start()
        self.noting.start()
        self.following.start()
        self.sending.start()
        self.network.start()
        await asyncio.to_thread(self.pictures.prepare)
        await self.scheduler.start()

    async def close(self) -> None:
        """End the background work and give the data folder back."""
        await self.scheduler.close()
        self._parts.close()


_calibration = cache(Confidence.of)


def _confidence(config: Config, encoder_id: str) -> Confidence | None:
    """The calibration for the chosen model; a model that is unknown or missing is the scheduler's to tell."""
    try:
        return _calibration(encoder_id, catalogue.chosen(config).sha256)
    except NexusError:
        return None
