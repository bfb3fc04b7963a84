"""The thread that keeps each subject's pack of notes in step with the table of notes; see docs/adr/0005-notes.md.

There is no list of jobs that could be lost or doubled: what is due is seen by comparing the table with the pack that
answers. It has its own thread so that a note need not wait for a book of 800 pages.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.notes import Encoder, Note, NotesSource, build_notes
from nexus_appliance.operations.background import Background
from nexus_appliance.school.notes import living, version_of
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.generations import NOTES_SOURCE, activate, drop_staged, notes_pack, retire
from nexus_appliance.storage.schema import Pack, Subject, SubjectNote

RETRY = 30.0
"""Seconds until something that failed is tried again, when no note changes before."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Due:
    """A subject whose pack of notes is not what its notes say; `version` is empty when there are none any more."""

    subject: Subject
    notes: tuple[Note, ...]
    version: str
    pack: Pack | None


class Noting:
    """Owns the one thread that makes packs of notes. `damaged` are packs that are known not to answer."""

    def __init__(
        self, config: Config, database: Database, library: Library, encoder: Encoder, damaged: Collection[int] = ()
    ) -> None:
        self._staging = config.home / "staging"
        self._database = database
        self._library = library
        self._encoder = encoder
        self._damaged = frozenset(damaged)
        self._background = Background("noting", self._round, database, "notes")

    def start(self) -> None:
        """Bring everything in step, then wait for changes."""
        self._background.start()

    def close(self) -> None:
        """End the thread; a pack that is half made is made again at the next start."""
        self._background.close()

    def work_once(self) -> bool:
        """Renew what is due now, once for each subject; whether anything was renewed."""
        with self._database.read() as session:
            found = [self._due(session, subject) for subject in session.scalars(select(Subject))]
        renewed = [self._renew(due) for due in found if due is not None]
        return any(renewed)

    def _round(self) -> float:
        try:
            if self.work_once():
                return 0.0  # what changed meanwhile is due again
        except NexusError:
            log.exception("the notes cannot be looked at now")
        return RETRY

    def _due(self, session: Session, subject: Subject) -> _Due | None:
        """What the table says, unless it is what answers already."""
        notes, pack = living(session, subject.id), notes_pack(session, subject.id)
        version = version_of(notes)
        answering = pack is None or (pack.encoder == self._encoder.identity.key and pack.id not in self._damaged)
        if answering and version == (pack.version if pack else ""):
            return None
        return _Due(subject, tuple(map(_note, notes)), version, pack)

    def _renew(self, due: _Due) -> bool:
        """Make, stage and activate the pack of a subject; a failure is logged and tried again later."""
        try:
            if due.notes:
                self._activate(due, self._stage(due))
            else:
                self._retire(due)
        except Exception:  # one subject's failure must not keep the notes of others from their students
            log.exception("the notes of %s could not be renewed", due.subject.code)
            return False
        return True

    def _stage(self, due: _Due) -> int:
        subject, file = due.subject, self._staging / f"notes-{due.subject.id}.vkp"
        file.parent.mkdir(exist_ok=True)
        earlier = self._library.file(due.pack) if due.pack and due.pack.id not in self._damaged else None
        try:
            source = NotesSource(due.notes, subject.code, subject.grade, due.version)
            build_notes(source, self._encoder, file, earlier)
            return self._library.stage(file, subject.id, NOTES_SOURCE)
        finally:
            file.unlink(missing_ok=True)

    def _activate(self, due: _Due, pack_id: int) -> None:
        """In one transaction the new pack takes the place of the old one, unless the notes have changed again."""
        with self._database.write() as session:
            if version_of(living(session, due.subject.id)) == due.version:
                activate(session, pack_id, None)
                log.info("%d notes of %s answer", len(due.notes), due.subject.code)
            else:
                drop_staged(session, pack_id)

    def _retire(self, due: _Due) -> None:
        with self._database.write() as session:
            if due.pack is not None and not living(session, due.subject.id):
                retire(session, due.pack.id)


def _note(row: SubjectNote) -> Note:
    return Note(row.question, row.answer)
