"""From an uploaded PDF to a published version, in three steps that each may be done again without harm.

`process` reads the PDF, `package` gives it a version, `release` publishes it. Each leaves what the next one needs in
the work bucket and returns the message for it. What becomes of an upload stands where its sender can read it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from cloud import channel, titan
from cloud.build_one import build
from cloud.channel import NotNewerError, Release
from cloud.keys import Keys
from cloud.publishing import DELTAS
from cloud.store import Store
from cloud.uploads import Arrival, Upload, upload_of
from nexus_appliance.curriculum.build import BookSource
from nexus_appliance.curriculum.channel import pack_path, version_key
from nexus_appliance.curriculum.pack import read_manifest, read_pack, rewrite_pack, write_delta_pack
from nexus_appliance.errors import NexusError

UNVERSIONED = "0.0.0"
FIRST_VERSION = "1.0.0"
SAME_TEXT = 0.97
"""Cosine of Titan's vectors above which two chunks say the same; the same sentence in other words has about .9."""

Message = dict[str, Any]


class RawStore(Store, Protocol):
    """The bucket that PDFs are uploaded to."""

    def fetch(self, path: str, target: Path, version: str | None = None) -> dict[str, str]:
        """Write one version of an object to a file; its metadata."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Where everything lies: `packages` is the bucket of the channel, `work` that of what is on its way.

    Titan is `asked` where there is one.
    """

    raw: RawStore
    work: Store
    packages: Store
    asked: titan.Titan | None = None

    def process(self, arrival: Arrival) -> Message | None:
        """Read one upload; None for what is none of ours, and for a PDF without text to offer: its status says why."""
        with TemporaryDirectory() as folder:
            pdf, pack = Path(folder) / "book.pdf", Path(folder) / "book.vkp"
            metadata = self.raw.fetch(arrival.key, pdf, arrival.version or None)
            try:
                upload = upload_of(arrival.key, metadata)
            except ValueError:
                return None
            self._tell(upload, "processing")
            try:
                build(_source(upload, pdf), pack)
            except NexusError as failure:
                self._tell(upload, "failed", failure=failure.code, values=failure.values)
                return None
            manifest = read_manifest(pack)
            path = f"built/{upload.subject}/{upload.name}/{manifest.source_sha256}.vkp"
            likeness = self._likeness(upload, pack)
            self.work.write(path, pack)
        self._tell(upload, "read", pages=manifest.page_count, chunks=manifest.chunk_count, **likeness)
        return {"upload": asdict(upload), "pack": path}

    def package(self, message: Message) -> Message | None:
        """Give a pack the version after the one that is published; None when that one has the same source."""
        upload = Upload(**message["upload"])
        with TemporaryDirectory() as folder:
            pack, made = Path(folder) / "built.vkp", Path(folder) / "made.vkp"
            pack.write_bytes(_there(self.work.read(message["pack"])))
            current = channel.offered(self.packages).get(upload.subject, {}).get(upload.name)
            if current is not None and self._is_same(upload, current, pack, Path(folder)):
                self._tell(upload, "published", version=current)
                return None
            version = _next(current)
            rewrite_pack(pack, made, lambda manifest: replace(manifest, version=version))
            path = f"packed/{upload.subject}/{upload.name}/{version}.vkp"
            self.work.write(path, made)
        return {"upload": message["upload"], "pack": path, "built": message["pack"]}

    def release(self, message: Message, keys: Keys, now: datetime) -> dict[str, str] | None:
        """Publish a version with its deltas; what is told to those who wait for it, None when it is published already.

        Raises ValueError when its subject has no role in the channel yet: an operator adds it with the targets key.
        """
        upload = Upload(**message["upload"])
        with TemporaryDirectory() as folder:
            pack = Path(folder) / "pack.vkp"
            pack.write_bytes(_there(self.work.read(message["pack"])))
            version = read_manifest(pack).version
            deltas = self._deltas(upload, version, pack, Path(folder))
            try:
                channel.publish(self.packages, keys, Release(pack, deltas), now)
            except NotNewerError:
                if channel.offered(self.packages)[upload.subject][upload.name] == version:
                    return None
                raise
        self._tell(upload, "published", version=version)
        return {"subject": upload.subject, "name": upload.name, "version": version, "title": upload.title}

    def _likeness(self, upload: Upload, pack: Path) -> dict[str, Any]:
        """How much of the book another source of the subject says already, by Titan; nothing without Titan.

        Each text is asked for once, however often an event comes: vectors are kept by the hash of their text.
        """
        if self.asked is None:
            return {}
        place = f"titan/{upload.subject}/{upload.name}.npz"
        known = titan.from_bytes(self.work.read(place))
        texts = [chunk.text for chunk in read_pack(pack).chunks]
        try:
            vectors = self.asked.vectors(texts, known)
        finally:
            self.work.write(place, titan.to_bytes(known))
        most: dict[str, Any] = {}
        for other in self._others(upload):
            others = titan.from_bytes(self.work.read(f"titan/{upload.subject}/{other}.npz"))
            if others:
                stacked = titan.stacked(others)
                share = float((titan.nearest(vectors, stacked) > SAME_TEXT).mean())
                if share > most.get("share", 0.0):
                    most = {"share": round(share, 2), "name": other}
        return {"like": most} if most else {}

    def _others(self, upload: Upload) -> list[str]:
        return [name for name in channel.offered(self.packages).get(upload.subject, {}) if name != upload.name]

    def _is_same(self, upload: Upload, version: str, pack: Path, folder: Path) -> bool:
        published = folder / "published.vkp"
        content = self.packages.read(pack_path(upload.subject, upload.name, version))
        if content is None:
            return False
        published.write_bytes(content)
        new, old = read_manifest(pack), read_manifest(published)
        said = ("source_sha256", "title", "grade", "semester", "licence", "origin", "encoders", "chunker")
        return all(getattr(new, name) == getattr(old, name) for name in said)

    def _deltas(self, upload: Upload, version: str, pack: Path, folder: Path) -> Mapping[str, Path]:
        """Deltas from the versions before, as far as these are there."""
        deltas = {}
        for earlier in _before(version):
            content = self.packages.read(pack_path(upload.subject, upload.name, earlier))
            if content is not None:
                old = folder / f"{earlier}.vkp"
                old.write_bytes(content)
                deltas[earlier] = folder / f"{earlier}.delta"
                write_delta_pack(deltas[earlier], pack, old)
        return deltas

    def _tell(self, upload: Upload, state: str, **values: object) -> None:
        """Write what became of an upload where its sender reads it."""
        told = {"state": state, "at": datetime.now(UTC).isoformat(timespec="seconds"), **values}
        self.work.write(upload.status_path, json.dumps(told, ensure_ascii=False, sort_keys=True).encode())


def _source(upload: Upload, pdf: Path) -> BookSource:
    return BookSource(
        pdf,
        upload.title,
        f"{upload.name}.pdf",
        upload.subject,
        upload.grade,
        upload.semester,
        UNVERSIONED,
        upload.name,
        upload.licence,
        upload.origin,
    )


def _next(current: str | None) -> str:
    if current is None:
        return FIRST_VERSION
    major, minor, _patch = version_key(current)
    return f"{major}.{minor + 1}.0"


def _before(version: str) -> list[str]:
    """The versions that `_next` gave before this one, newest first."""
    major, minor, _patch = version_key(version)
    return [f"{major}.{earlier}.0" for earlier in range(minor - 1, max(-1, minor - 1 - DELTAS), -1)]


def _there(content: bytes | None) -> bytes:
    if content is None:
        raise FileNotFoundError("what the step before has left")
    return content
