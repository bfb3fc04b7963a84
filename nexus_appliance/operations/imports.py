"""A knowledge pack that somebody brings as a file."""

from collections.abc import Callable
from pathlib import Path

from nexus_appliance.knowledge.ingest import read_manifest
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.packs import describe
from nexus_appliance.school.access import subject_row
from nexus_appliance.school.callers import Caller
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.generations import activate, book_source


def import_pack(
    database: Database, library: Library, caller: Caller, subject: str, path: Path, report: Callable[[int, int], None]
) -> int:
    """Stage and activate a pack in a subject that the caller may change; the id of its book.

    Raises `Invalid` (pack_damaged, pack_format_unknown), `Missing` (subject_unknown), `NotAllowed`.
    """
    with database.read() as session:
        row = subject_row(session, caller, subject)
    manifest = read_manifest(path)
    pack_id = library.stage(path, row.id, book_source(manifest.source_sha256), report)
    with database.write() as session:
        return activate(session, pack_id, describe(manifest), user_id=caller.user_id)
