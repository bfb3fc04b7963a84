"""A PDF that arrived: what its key and its metadata say, and what events tell of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, unquote_plus

from nexus_appliance.curriculum.channel import checked_name

UPLOADS, STATUS = "uploads", "status"
TITLE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Arrival:
    """One version of an object in the raw bucket."""

    bucket: str
    key: str
    version: str

    @property
    def identity(self) -> str:
        """What makes it the same arrival, however often it is told of."""
        return f"{self.bucket}/{self.key}/{self.version}"


@dataclass(frozen=True, slots=True)
class Upload:
    """What is known of an uploaded book: who sent it, and for which subject under which name."""

    school: str
    subject: str
    name: str
    title: str
    grade: int
    semester: int | None
    licence: str
    origin: str

    @property
    def status_path(self) -> str:
        """Where its sender reads what became of it."""
        return f"{STATUS}/{self.school}/{self.subject}/{self.name}.json"


def arrivals(body: str) -> Iterator[Arrival]:
    """The objects that a message tells of: an event of EventBridge, or a notification of S3, whose keys are quoted.

    A test event tells of none. Raises ValueError for anything else.
    """
    event = json.loads(body)
    if not isinstance(event, dict):
        raise ValueError("not an event")  # noqa: TRY004 - one error for all that is not ours
    if event.get("Event") == "s3:TestEvent":
        return
    try:
        if "detail" in event:
            found = event["detail"]["object"]
            yield Arrival(event["detail"]["bucket"]["name"], found["key"], found.get("version-id", ""))
            return
        for record in event["Records"]:
            found = record["s3"]["object"]
            key = unquote_plus(found["key"])
            yield Arrival(record["s3"]["bucket"]["name"], key, found.get("versionId", ""))
    except (KeyError, TypeError) as error:
        raise ValueError("not an event of S3") from error


def upload_of(key: str, metadata: Mapping[str, str]) -> Upload:
    """What the key `uploads/SCHOOL/SUBJECT/NAME.pdf` and the metadata (percent-encoded) say; raises ValueError."""
    folder, school, subject, file = key.split("/") if key.count("/") == 3 else ("", "", "", "")
    if folder != UPLOADS or not file.lower().endswith(".pdf"):
        raise ValueError("not an upload")
    said: dict[str, Any] = {name: unquote(value) for name, value in metadata.items()}
    grade, semester = int(said.get("grade", "")), said.get("semester", "")
    if not 1 <= grade <= 12 or semester not in ("", "1", "2"):
        raise ValueError("no such grade or semester")
    return Upload(
        checked_name(school),
        checked_name(subject),
        checked_name(file[:-4]),
        (said.get("title") or file[:-4])[:TITLE_LIMIT],
        grade,
        int(semester) if semester else None,
        said.get("licence", "")[:TITLE_LIMIT],
        said.get("origin", "")[:TITLE_LIMIT],
    )
