"""The channel as this school has it, for the server of another school: the same files, made of what is installed.

Whoever takes them trusts the publisher's signature, never this server. No path that is asked for becomes a path here.
"""

import hashlib
import json
import re
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from nexus_appliance.config import Config
from nexus_appliance.curriculum.channel import FILE_KINDS, METADATA, file_path, head_path, pack_path, signed_path
from nexus_appliance.curriculum.pack import read_head
from nexus_appliance.distribution.files import place_of
from nexus_appliance.distribution.trust import verified_state
from nexus_appliance.errors import Invalid
from nexus_appliance.knowledge.library import Library
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.generations import CHANNEL
from nexus_appliance.storage.schema import ChannelFile, Pack, Subject

_METADATA = re.compile(METADATA + r"/(?:(\d{1,9})\.)?([a-z0-9_-]{1,64})\.json")


class Neighbour:
    """Answers with the bytes, or the file, that lies at a path of the channel; None where this school has nothing."""

    def __init__(self, config: Config, database: Database, library: Library) -> None:
        self._serves = bool(config.channel_serve)
        self._home = config.home
        self._state = config.home / "channel"
        self._database = database
        self._library = library

    def file(self, path: str) -> bytes | Path | None:
        """What lies at `path`; nothing unless the school has been told to serve its neighbours."""
        if not self._serves:
            return None
        if path.startswith(f"{METADATA}/"):
            return self._metadata(path)
        if path.split("/")[0] in FILE_KINDS:
            return self._single(path)
        return self._pack(path)

    def _single(self, path: str) -> Path | None:
        """A model or a program that has been downloaded here."""
        with self._database.read() as session:
            rows = list(session.scalars(select(ChannelFile)))
        for row in rows:
            if path == signed_path(file_path(row.kind, row.name), row.sha256):
                file = place_of(self._home, row.kind, row.sha256)
                return file if file.is_file() else None
        return None

    def _metadata(self, path: str) -> bytes | None:
        found, state = _METADATA.fullmatch(path), verified_state(self._state)
        if found is None or state is None:
            return None
        version, role = found.groups()
        with suppress(OSError, ValueError, KeyError, TypeError):
            if role == "root":
                return (state / "root_history" / f"{int(version)}.root.json").read_bytes()
            content = (state / f"{role}.json").read_bytes()
            wanted = json.loads(content)["signed"]["version"] if role != "timestamp" else None
            if wanted == (int(version) if version is not None else None):
                return content
        return None

    def _pack(self, path: str) -> bytes | Path | None:
        """A head or a whole pack of those that answer; who lacks a delta takes the missing parts out of the whole."""
        with self._database.read() as session:
            query = select(Pack, Subject.code).join(Subject, Subject.id == Pack.subject_id)
            active = session.execute(
                query.where(Pack.state == "active", Pack.source.startswith(CHANNEL, autoescape=True))
            )
            packs = [(code, pack.source.removeprefix(CHANNEL), pack) for pack, code in active]
        for code, name, pack in packs:
            file = self._library.file(pack)
            with suppress(OSError, ValueError, Invalid):
                if path == pack_path(code, name, pack.version):
                    return file
                if path.endswith(f".{name}.head"):
                    head = read_head(file)
                    if path == signed_path(head_path(code, name), hashlib.sha256(head).hexdigest()):
                        return head
        return None
