"""What a school may ask of us: to be enrolled, to read packs, and to send PDFs into its own folder.

A school proves itself with a secret that it made: we know only its hash. The keys that sign never leave here; a school
gets signatures that end.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import quote

from cloud import channel
from cloud.store import Store
from cloud.uploads import STATUS, TITLE_LIMIT, UPLOADS
from nexus_appliance.curriculum.channel import FILE_KINDS, PACKS, checked_name

ACCESS = timedelta(days=30)
"""How long a school may read with one signature; it asks for a new one with each look at the channel."""
PART = 5 << 20
"""Bytes of a part of an upload, the least that S3 allows: so much is sent again after a cut at most."""
MOST_PARTS = 40
"""200 MB, the largest PDF that a school takes."""
MOST_SUBJECTS = 200
SCHOOL_NAME = 24
"""Characters of a school's name in the channel: it stands before the names of its books."""


class RefusedError(Exception):
    """A request that is not granted: the status of HTTP, and a word that the school's program understands."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class School:
    """A school as we know it; hashes are SHA-256 in hexadecimal.

    `invited_until` (seconds since 1970) bounds its invitation; `used_by` is the secret that took it up, and `secret`
    the one in force.
    """

    name: str
    invitation: str
    invited_until: int
    used_by: str = ""
    secret: str = ""


class Schools(Protocol):
    """The table of schools."""

    def get(self, name: str) -> School | None:
        """What is known of a school."""

    def enrol(self, name: str, invitation: str, secret: str) -> bool:
        """Put a secret in force, if this invitation still stands and no other secret has taken it up."""


class Uploads(Protocol):
    """Uploads in parts, into the raw bucket."""

    def begin(self, key: str, metadata: Mapping[str, str]) -> str:
        """Begin one; its id."""

    def parts(self, key: str, upload: str) -> dict[int, int]:
        """The sizes of the parts that have arrived, by number from 1; raises KeyError for an unknown upload."""

    def address(self, key: str, upload: str, part: int, size: int) -> str:
        """Where a part of just this size can be put for some hours."""

    def complete(self, key: str, upload: str) -> None:
        """Join the parts that have arrived; once more does nothing. Raises KeyError for an unknown upload."""

    def abort(self, key: str, upload: str) -> None:
        """Forget what has arrived."""


class Edge(Protocol):
    """Signs for readers of the channel."""

    address: str

    def query(self, pattern: str, until: datetime) -> str:
        """What is to be appended to addresses below `pattern`."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The service; `answer` is all of it."""

    schools: Schools
    uploads: Uploads
    work: Store
    packages: Store
    edge: Edge

    def answer(self, path: str, bearer: str, body: bytes, now: datetime) -> dict[str, Any]:
        """Answer a request; raises `RefusedError`."""
        said = _object(body)
        if path == "/enrol":
            return self._enrol(said, now)
        school = self._known(bearer)
        calls = {
            "/access": lambda: self._access(said, now),
            "/uploads": lambda: self._begin(school, said),
            "/uploads/parts": lambda: self._parts(school, said),
            "/uploads/complete": lambda: self._complete(school, said),
            "/uploads/abort": lambda: self._abort(school, said),
            "/uploads/status": lambda: self._status(school, said),
        }
        if path not in calls:
            raise RefusedError(404, "unknown")
        return calls[path]()

    def _enrol(self, said: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        code, secret = _text(said, "code", 200), _text(said, "secret_sha256", 64)
        name = code.partition(".")[0]
        school = self.schools.get(name)
        if school is None or not hmac.compare_digest(school.invitation, _hash(code)):
            raise RefusedError(403, "invitation_unknown")
        if school.used_by not in ("", secret):
            raise RefusedError(403, "invitation_used")
        if not school.used_by and now.timestamp() > school.invited_until:
            raise RefusedError(403, "invitation_expired")
        if not self.schools.enrol(name, school.invitation, secret):
            raise RefusedError(403, "invitation_used")
        return {"school": name, "channel": self.edge.address}

    def _known(self, bearer: str) -> str:
        name, _, secret = bearer.removeprefix("Bearer ").partition(".")
        school = self.schools.get(name) if name else None
        if school is None or not school.secret or not hmac.compare_digest(school.secret, _hash(secret)):
            raise RefusedError(401, "school_unknown")
        return school.name

    def _access(self, said: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        wanted = said.get("subjects")
        if not isinstance(wanted, list) or len(wanted) > MOST_SUBJECTS:
            raise RefusedError(400, "malformed")
        until = now + ACCESS
        patterns = {f"{PACKS}/{_name(code)}/": f"{PACKS}/{_name(code)}/*" for code in wanted}
        patterns |= {f"{kind}/": f"{kind}/*" for kind in FILE_KINDS}
        queries = {prefix: self.edge.query(pattern, until) for prefix, pattern in patterns.items()}
        return {"channel": self.edge.address, "queries": queries, "until": int(until.timestamp())}

    def _begin(self, school: str, said: Mapping[str, Any]) -> dict[str, Any]:
        subject, name = _name(said.get("subject")), self._book(school, said)
        if subject not in channel.offered(self.packages):
            raise RefusedError(409, "subject_not_in_channel")
        _sizes(said)
        fields = ("grade", "semester", "title", "licence", "origin")
        metadata = {field: quote(_text(said, field, TITLE_LIMIT, empty=True)) for field in fields}
        key = f"{UPLOADS}/{school}/{subject}/{name}.pdf"
        return {"upload": self.uploads.begin(key, metadata), "name": name}

    def _parts(self, school: str, said: Mapping[str, Any]) -> dict[str, Any]:
        key, upload = self._key(school, said), _text(said, "upload", 1000)
        sizes = _sizes(said)
        arrived = self._there(key, upload)
        missing = [number for number, size in sizes.items() if arrived.get(number) != size]
        addresses = {number: self.uploads.address(key, upload, number, sizes[number]) for number in missing}
        return {"missing": addresses, "parts": len(sizes), "part": PART}

    def _complete(self, school: str, said: Mapping[str, Any]) -> dict[str, Any]:
        key, upload = self._key(school, said), _text(said, "upload", 1000)
        try:
            if self.uploads.parts(key, upload) != _sizes(said):
                raise RefusedError(409, "parts_missing")
            self.uploads.complete(key, upload)
        except KeyError as error:
            raise RefusedError(404, "upload_unknown") from error
        return {}

    def _abort(self, school: str, said: Mapping[str, Any]) -> dict[str, Any]:
        self.uploads.abort(self._key(school, said), _text(said, "upload", 1000))
        return {}

    def _status(self, school: str, said: Mapping[str, Any]) -> dict[str, Any]:
        subject, name = _name(said.get("subject")), self._book(school, said)
        told = self.work.read(f"{STATUS}/{school}/{subject}/{name}.json")
        found: dict[str, Any] = json.loads(told) if told is not None else {"state": "waiting"}
        return found

    def _there(self, key: str, upload: str) -> dict[int, int]:
        try:
            return self.uploads.parts(key, upload)
        except KeyError as error:
            raise RefusedError(404, "upload_unknown") from error

    def _key(self, school: str, said: Mapping[str, Any]) -> str:
        return f"{UPLOADS}/{school}/{_name(said.get('subject'))}/{self._book(school, said)}.pdf"

    def _book(self, school: str, said: Mapping[str, Any]) -> str:
        """The name of a school's book in the channel: no school can take another's."""
        name = _name(said.get("name"))
        return name if name.startswith(f"{school}_") else _name(f"{school}_{name}"[:64])


def school_name(name: str) -> str:
    """`name` if a school may be called so: what stands before the first `_` of a book's name. Raises ValueError."""
    if len(checked_name(name)) > SCHOOL_NAME or "_" in name:
        raise ValueError("not a name for a school")
    return name


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body or b"{}")
    except ValueError as error:
        raise RefusedError(400, "malformed") from error
    if not isinstance(said, dict):
        raise RefusedError(400, "malformed")
    return said


def _text(said: Mapping[str, Any], name: str, limit: int, *, empty: bool = False) -> str:
    value = said.get(name, "")
    if not isinstance(value, str) or len(value) > limit or not (value or empty):
        raise RefusedError(400, "malformed")
    return value


def _name(value: object) -> str:
    try:
        return checked_name(value) if isinstance(value, str) else checked_name("")
    except ValueError as error:
        raise RefusedError(400, "malformed") from error


def _sizes(said: Mapping[str, Any]) -> dict[int, int]:
    """The size of each part of a file of `size` bytes, by its number."""
    size = said.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= PART * MOST_PARTS:
        raise RefusedError(413, "too_large")
    return {number: min(PART, size - start) for number, start in enumerate(range(0, size, PART), 1)}


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
