"""A channel: packs, and the signed heads that tell which of them are current."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import TargetFile

from cloud.keys import Keys
from cloud.metadata import ChannelMetadata
from cloud.store import Store
from nexus_appliance.curriculum.channel import (
    FILE_KINDS,
    METADATA,
    delta_path,
    file_path,
    head_path,
    pack_path,
    signed_path,
    version_key,
)
from nexus_appliance.curriculum.pack import read_head, read_manifest


@dataclass(frozen=True, slots=True)
class Release:
    """A pack to publish, and the deltas that lead to it, by the version that each begins with."""

    pack: Path
    deltas: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """A model or a program to publish.

    `about` says of a model its licence, template and context (tokens), of a program for which system and machine it is,
    as `platform` calls them, in lower case.
    """

    kind: str
    name: str
    version: str
    title: str
    content: Path
    about: Mapping[str, str | int]


class NotNewerError(ValueError):
    """The channel offers this version or a later one already."""


def create(store: Store, keys: Keys, now: datetime) -> bytes:
    """Make a channel that offers nothing; the root metadata that schools pin.

    Raises FileExistsError, `MissingKeyError`: all keys are needed.
    """
    if store.read(f"{METADATA}/timestamp.json") is not None:
        raise FileExistsError("there is a channel already")
    ChannelMetadata.new(keys, now).save(store, keys, now)
    root = store.read(f"{METADATA}/1.root.json")
    if root is None:
        raise FileNotFoundError(f"{METADATA}/1.root.json")
    return root


def add_subject(store: Store, keys: Keys, code: str, now: datetime) -> None:
    """Let the online key sign a subject's packs; needs the targets key.

    Raises ValueError (no channel, a name that is not allowed), `MissingKeyError`.
    """
    metadata = _loaded(store)
    metadata.add_subject(code, keys, now)
    metadata.save(store, keys, now)


def publish(store: Store, keys: Keys, release: Release, now: datetime) -> None:
    """Offer a pack as the current version of its source; needs the online key.

    Raises `NotNewerError`, ValueError (no channel, no such subject, names that are not allowed), `MissingKeyError`.
    """
    metadata = _loaded(store)
    manifest, head = read_manifest(release.pack), read_head(release.pack)
    subject, name, version = manifest.subject, manifest.name, manifest.version
    path, key = head_path(subject, name), version_key(version)
    if subject not in metadata.subjects():
        raise ValueError("the channel has no such subject")
    offered = metadata.targets_of(subject).get(path)
    if offered is not None and version_key(version_of(offered)) >= key:
        raise NotNewerError(version)
    target = TargetFile.from_data(path, head, ["sha256"])
    target.unrecognized_fields["custom"] = {"version": version, "title": manifest.title}
    store.write(pack_path(subject, name, version), release.pack)
    for earlier, delta in release.deltas.items():
        store.write(delta_path(subject, name, version, earlier), delta)
    store.write(signed_path(path, target.hashes["sha256"]), head)
    metadata.set_target(subject, path, target, now)
    metadata.save(store, keys, now)


def publish_file(store: Store, keys: Keys, file: Published, now: datetime) -> None:
    """Offer a model or a program; the first of its kind needs the targets key, the others the online key alone.

    Raises `NotNewerError`, ValueError (no channel, names that are not allowed), `MissingKeyError`, OSError.
    """
    metadata = _loaded(store)
    path, key = file_path(file.kind, file.name), version_key(file.version)
    metadata.add_files(file.kind, keys, now)
    offered = metadata.targets_of(file.kind).get(path)
    if offered is not None and version_key(version_of(offered)) >= key:
        raise NotNewerError(file.version)
    target = TargetFile.from_file(path, str(file.content), ["sha256"])
    target.unrecognized_fields["custom"] = {**file.about, "version": file.version, "title": file.title}
    store.write(signed_path(path, target.hashes["sha256"]), file.content)
    metadata.set_target(file.kind, path, target, now)
    metadata.save(store, keys, now)


def withdraw(store: Store, keys: Keys, role: str, name: str, now: datetime) -> None:
    """Offer a source of a subject, or a file of a kind, no more; schools that have it keep it.

    Raises ValueError if it is not offered.
    """
    metadata = _loaded(store)
    path = file_path(role, name) if role in FILE_KINDS else head_path(role, name)
    if path not in metadata.targets_of(role):
        raise ValueError("the channel does not offer it")
    metadata.set_target(role, path, None, now)
    metadata.save(store, keys, now)


def renew(store: Store, keys: Keys, now: datetime) -> None:
    """Sign again what would expire; to be done at least once a year when nothing is published."""
    metadata = _loaded(store)
    for role in metadata.roles():
        metadata.renew(role, now)
    metadata.save(store, keys, now)


def offered(store: Store) -> dict[str, dict[str, str]]:
    """The current versions by name, by subject or kind of files; raises ValueError without a channel."""
    metadata = _loaded(store)
    return {
        role: {Path(path).stem: version_of(target) for path, target in metadata.targets_of(role).items()}
        for role in metadata.roles()
    }


def version_of(head: TargetFile) -> str:
    """The version that a signed head says it is of."""
    return str((head.custom or {}).get("version", ""))


def _loaded(store: Store) -> ChannelMetadata:
    metadata = ChannelMetadata.load(store)
    if metadata is None:
        raise ValueError("there is no channel")
    return metadata
