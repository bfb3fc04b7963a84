"""The publisher's service as a school uses it: enrolled once, it may read its subjects and send PDFs."""

import hashlib
import json
import secrets as random_secrets
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from nexus_appliance.curriculum.channel import PACKS
from nexus_appliance.curriculum.pack import written
from nexus_appliance.distribution.secrets import Secrets
from nexus_appliance.distribution.sources import CONNECT_SECONDS, READ_SECONDS, checked_address
from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.knowledge.packs import disk_full
from nexus_appliance.storage.database import Database, announce

SECRET, ACCESS = "cloud-school", "cloud-access"
RENEW = timedelta(days=23)
"""What is left of a signature when a new one is asked for: a week after it was made."""
ANSWER_LIMIT = 1 << 20
REFUSALS = {
    "invitation_unknown": Failure.INVITATION_UNKNOWN,
    "invitation_used": Failure.INVITATION_UNKNOWN,
    "invitation_expired": Failure.INVITATION_UNKNOWN,
    "school_unknown": Failure.SCHOOL_UNKNOWN,
    "subject_not_in_channel": Failure.SUBJECT_NOT_IN_CHANNEL,
    "too_large": Failure.UPLOAD_TOO_LARGE,
    "upload_unknown": Failure.UPLOAD_FORGOTTEN,
    "parts_missing": Failure.UPLOAD_FORGOTTEN,
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this school is for the publisher; no secret. `service` and `channel` are addresses."""

    school: str
    service: str
    channel: str


@dataclass(frozen=True, slots=True)
class Access:
    """The right to read: what is to be appended to addresses, by how paths begin; until when (seconds since 1970)."""

    channel: str
    queries: dict[str, str]
    until: int


class CloudService:
    """Safe to call from many threads; blocks while it asks."""

    def __init__(self, home: Path, database: Database) -> None:
        self._file = home / "cloud.json"
        self._database = database
        self._secrets = Secrets(home)
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), maxsize=2
        )
        self._turn = threading.Lock()

    @property
    def identity(self) -> Identity | None:
        """Who the school is; None while it is not enrolled."""
        with suppress(OSError, ValueError, TypeError):
            return Identity(**json.loads(self._file.read_text("utf-8")))
        return None

    def enrol(self, invitation: str) -> Identity:
        """Take up an invitation, ADDRESS#CODE; once more with the same one does no harm.

        Raises `Invalid` (invitation_malformed, invitation_unknown), `Unavailable` (cloud_unreachable, disk_full).
        """
        address, _, code = invitation.strip().partition("#")
        try:
            service = checked_address(address)
        except ValueError as error:
            raise Invalid(Failure.INVITATION_MALFORMED) from error
        if not code or len(code) > 200:
            raise Invalid(Failure.INVITATION_MALFORMED)
        with self._turn, disk_full():
            pending = f"pending-{hashlib.sha256(code.encode()).hexdigest()[:16]}"
            secret = self._secrets.get(pending) or random_secrets.token_urlsafe(32)
            self._secrets.set(pending, secret)  # before it is in force there: an answer may be lost
            digest = hashlib.sha256(secret.encode()).hexdigest()
            said = self._ask(service, "/enrol", {"code": code, "secret_sha256": digest})
            identity = Identity(str(said["school"]), service, checked_address(str(said["channel"])))
            self._secrets.set(SECRET, f"{identity.school}.{secret}")
            self._secrets.delete(ACCESS)
            with written(self._file) as file:
                file.write(json.dumps(asdict(identity)).encode())
            self._secrets.delete(pending)
        self._tell()
        return identity

    def leave(self) -> None:
        """Forget who the school is; what it has stays."""
        with self._turn:
            self._file.unlink(missing_ok=True)
            self._secrets.delete(SECRET)
            self._secrets.delete(ACCESS)
        self._tell()

    def access(self, subjects: Iterable[str]) -> Access:
        """The right to read these subjects, from before while that lasts; raises as `ask`."""
        wanted = sorted(subjects)
        with self._turn:
            kept = self._kept_access()
            now = datetime.now(UTC)
            covers = kept is not None and all(f"{PACKS}/{code}/" in kept.queries for code in wanted)
            if kept is not None and covers and kept.until > (now + RENEW).timestamp():
                return kept
            try:
                said = self.ask("/access", {"subjects": wanted})
                access = Access(checked_address(str(said["channel"])), _queries(said["queries"]), int(said["until"]))
            except Unavailable:
                if kept is not None and covers and kept.until > now.timestamp():
                    return kept
                raise
            except (KeyError, TypeError, ValueError) as error:
                raise Unavailable(Failure.CLOUD_UNREACHABLE) from error
            self._secrets.set(ACCESS, json.dumps(asdict(access)))
            return access

    def ask(self, path: str, said: Mapping[str, object]) -> dict[str, Any]:
        """Ask the service as this school.

        Raises `Unavailable` (cloud_unreachable, cloud_unset) and `Invalid` (school_unknown, subject_not_in_channel,
        upload_too_large, upload_forgotten).
        """
        identity, secret = self.identity, self._secrets.get(SECRET)
        if identity is None or secret is None:
            raise Unavailable(Failure.CLOUD_UNSET)
        return self._ask(identity.service, path, said, {"Authorization": f"Bearer {secret}"})

    def put(self, address: str, content: Iterable[bytes], size: int) -> None:
        """Put bytes where the service said; raises `Unavailable` (cloud_unreachable), `Invalid` (upload_forgotten)."""
        try:
            checked_address(address)
        except ValueError as error:
            raise Unavailable(Failure.CLOUD_UNREACHABLE) from error
        with _http():
            answer = self._pool.request(
                "PUT", address, body=content, headers={"Content-Length": str(size)}, redirect=False
            )
        if answer.status in (403, 404):  # the address has expired, or the upload has been forgotten
            raise Invalid(Failure.UPLOAD_FORGOTTEN)
        if answer.status != 200:
            raise Unavailable(Failure.CLOUD_UNREACHABLE)

    def _ask(
        self, service: str, path: str, said: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        with _http():
            answer = self._pool.request(
                "POST",
                f"{service}{path}",
                body=json.dumps(said).encode(),
                headers={"Content-Type": "application/json", **(headers or {})},
                preload_content=False,
                redirect=False,
            )
            raw = answer.read(ANSWER_LIMIT)
            answer.close()
        try:
            found = json.loads(raw)
        except ValueError as error:
            raise Unavailable(Failure.CLOUD_UNREACHABLE) from error
        if answer.status == 200 and isinstance(found, dict):
            return found
        reason = found.get("reason") if isinstance(found, dict) else None
        if reason in REFUSALS:
            raise Invalid(REFUSALS[reason])
        raise Unavailable(Failure.CLOUD_UNREACHABLE)

    def _kept_access(self) -> Access | None:
        with suppress(ValueError, TypeError):
            return Access(**json.loads(self._secrets.get(ACCESS) or ""))
        return None

    def _tell(self) -> None:
        with self._database.write() as session:
            announce(session, "cloud", "updates")


@contextmanager
def _http() -> Iterator[None]:
    """A line that fails means that the service is out of reach."""
    try:
        yield
    except (HTTPError, OSError) as error:
        raise Unavailable(Failure.CLOUD_UNREACHABLE) from error


def _queries(said: Mapping[str, object]) -> dict[str, str]:
    return {str(prefix): str(query) for prefix, query in said.items()}
