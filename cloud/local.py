"""The pipeline on a folder in the place of buckets: for a publisher without a cloud, and to try a book out.

Below the folder lie `raw` (uploads/SCHOOL/SUBJECT/NAME.pdf, each with NAME.pdf.json for what S3 keeps as metadata),
`work` and `channel`.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cloud.keys import Keys
from cloud.pipeline import Pipeline
from cloud.store import FolderStore
from cloud.uploads import UPLOADS, Arrival, Upload, upload_of


class FolderRaw(FolderStore):
    """The raw bucket as a folder."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._files = root

    def fetch(self, path: str, target: Path, version: str | None = None) -> dict[str, str]:  # noqa: ARG002
        """As `pipeline.RawStore.fetch`; a folder has one version of each file."""
        shutil.copyfile(self._files / path, target)
        said = json.loads((self._files / f"{path}.json").read_bytes())
        return {str(name): str(value) for name, value in said.items()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one upload: the version that is published now, or the reason why none is."""

    key: str
    version: str | None
    failure: str | None


def run(folder: Path, keys: Keys, now: datetime) -> Iterator[Outcome]:
    """Publish each upload in `raw` that the channel does not offer yet; one after the other, as they are done.

    Raises ValueError without a channel, or for a subject without a role, and `MissingKeyError`.
    """
    raw, work, packages = FolderRaw(folder / "raw"), FolderStore(folder / "work"), FolderStore(folder / "channel")
    pipeline = Pipeline(raw, work, packages)
    for pdf in sorted((folder / "raw" / UPLOADS).glob("*/*/*.pdf")):
        key = pdf.relative_to(folder / "raw").as_posix()
        version = hashlib.sha256(pdf.read_bytes()).hexdigest()
        message = pipeline.process(Arrival("", key, version))
        packed = pipeline.package(message) if message is not None else None
        if packed is not None:
            pipeline.release(packed, keys, now)
        yield _outcome(work, key, raw)


def _outcome(work: FolderStore, key: str, raw: FolderRaw) -> Outcome:
    try:
        upload: Upload = upload_of(key, json.loads(raw.read(f"{key}.json") or b"{}"))
    except ValueError:
        return Outcome(key, None, "not an upload")
    told = json.loads(work.read(upload.status_path) or b"{}")
    return Outcome(key, told.get("version"), told.get("failure"))
