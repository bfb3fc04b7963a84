"""The signed metadata of a channel: a TUF repository with one flat role for each subject."""

from datetime import datetime, timedelta

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from cloud.keys import KeyName, Keys
from cloud.store import Store
from nexus_appliance.curriculum.channel import FILE_KINDS, METADATA, PACKS, SIGNED_AT, checked_name

OFFLINE_LIFE = timedelta(days=3650)
"""Of what only the offline keys can renew: a school that was cut off for years still takes a stick."""
ONLINE_LIFE = timedelta(days=730)
"""Of what each publication renews: so old a stick may be."""
_RENEWED = ("snapshot", "timestamp")


class ChannelMetadata:
    """The metadata as one publication changes it: `load`, change, `save`."""

    def __init__(self, roles: dict[str, Metadata[Root] | Metadata[Targets] | Metadata[Snapshot] | Metadata[Timestamp]]):
        self._roles = roles
        self._changed: set[str] = set()

    @classmethod
    def new(cls, keys: Keys, now: datetime) -> "ChannelMetadata":
        """The metadata of a channel that offers nothing yet."""
        root = Root(expires=now + OFFLINE_LIFE, consistent_snapshot=True)
        for role, key in (("root", "root"), ("targets", "targets"), ("snapshot", "online"), ("timestamp", "online")):
            root.add_key(keys.signer(_key(key)).public_key, role)
        targets = Targets(expires=now + OFFLINE_LIFE)
        snapshot, timestamp = Snapshot(expires=now + ONLINE_LIFE), Timestamp(expires=now + ONLINE_LIFE)
        made = cls(
            {
                "root": Metadata(root),
                "targets": Metadata(targets),
                "snapshot": Metadata(snapshot),
                "timestamp": Metadata(timestamp),
            }
        )
        made._changed = {"root", "targets", *_RENEWED}
        for signed in made._each_signed():
            signed.version = 0
        return made

    @classmethod
    def load(cls, store: Store) -> "ChannelMetadata | None":
        """What a channel's folder says; None if there is none. Raises ValueError for a damaged one."""
        raw = store.read(f"{METADATA}/timestamp.json")
        if raw is None:
            return None
        try:
            timestamp: Metadata[Timestamp] = Metadata.from_bytes(raw)
            made = cls({"timestamp": timestamp})
            snapshot: Metadata[Snapshot] = Metadata.from_bytes(
                _present(store.read(f"{METADATA}/{timestamp.signed.snapshot_meta.version}.snapshot.json"))
            )
            made._roles["snapshot"] = snapshot
            for file, meta in snapshot.signed.meta.items():
                content = _present(store.read(f"{METADATA}/{meta.version}.{file}"))
                made._roles[file.removesuffix(".json")] = Metadata[Targets].from_bytes(content)
        except RepositoryError as error:
            raise ValueError("damaged metadata") from error
        return made

    def subjects(self) -> list[str]:
        """The subjects that have a role, by code."""
        return [role for role in self.roles() if role not in FILE_KINDS]

    def roles(self) -> list[str]:
        """All roles that are delegated, by name: subjects, and kinds of files."""
        delegations = self._targets("targets").delegations
        return sorted(delegations.roles or {}) if delegations is not None else []

    def add_subject(self, code: str, keys: Keys, now: datetime) -> None:
        """Delegate a subject to the online key; needs the targets key. Raises ValueError for a kind of files."""
        if checked_name(code) in FILE_KINDS:
            raise ValueError("not a name for a subject")
        self._delegate(code, f"{PACKS}/{code}/*", keys, now)

    def add_files(self, kind: str, keys: Keys, now: datetime) -> None:
        """Delegate models or programs to the online key; needs the targets key."""
        self._delegate(kind, f"{kind}/*", keys, now)

    def _delegate(self, code: str, paths: str, keys: Keys, now: datetime) -> None:
        """A second time nothing happens."""
        if code in self.roles():
            return
        targets = self._targets("targets")
        if targets.delegations is None:
            targets.delegations = Delegations({}, {})
        roles = targets.delegations.roles
        if roles is None:
            raise ValueError("delegated in a way that is not ours")
        roles[code] = DelegatedRole(code, [], 1, True, paths=[paths])
        targets.add_key(keys.signer("online").public_key, code)
        targets.expires = now + OFFLINE_LIFE
        role = Metadata(Targets(expires=now + ONLINE_LIFE))
        role.signed.version = 0
        self._roles[code] = role
        self._changed |= {"targets", code}

    def targets_of(self, role: str) -> dict[str, TargetFile]:
        """The signed heads of a subject, or the files of a kind, by their paths."""
        return dict(self._targets(role).targets) if role in self.roles() else {}

    def set_target(self, role: str, path: str, target: TargetFile | None, now: datetime) -> None:
        """Offer something, or offer it no more; needs the role."""
        targets = self._targets(role).targets
        targets.pop(path, None)
        if target is not None:
            targets[path] = target
        self.renew(role, now)

    def renew(self, role: str, now: datetime) -> None:
        """Put off the day on which what a role offers expires."""
        self._targets(role).expires = now + ONLINE_LIFE
        self._changed.add(role)

    def save(self, store: Store, keys: Keys, now: datetime) -> None:
        """Sign and write what has changed; `timestamp.json` last, so that readers see the old state or the new one."""
        for name in self._changed - {*_RENEWED, "root"}:
            self._write(store, keys, name, "targets" if name == "targets" else "online")
            self._snapshot.meta[f"{name}.json"] = MetaFile(self._targets(name).version)
        if "root" in self._changed:
            self._write(store, keys, "root", "root")
        self._snapshot.expires = self._timestamp.expires = now + ONLINE_LIFE
        self._write(store, keys, "snapshot", "online")
        self._timestamp.snapshot_meta = MetaFile(self._snapshot.version)
        self._timestamp.unrecognized_fields[SIGNED_AT] = now.isoformat(timespec="seconds")
        self._write(store, keys, "timestamp", "online")
        self._changed.clear()

    def _write(self, store: Store, keys: Keys, name: str, key: str) -> None:
        metadata = self._roles[name]
        metadata.signed.version += 1
        metadata.sign(keys.signer(_key(key)))
        prefix = "" if name == "timestamp" else f"{metadata.signed.version}."
        store.write(f"{METADATA}/{prefix}{name}.json", metadata.to_bytes(JSONSerializer(compact=True)))

    def _each_signed(self) -> list[Signed]:
        return [metadata.signed for metadata in self._roles.values()]

    def _targets(self, name: str) -> Targets:
        signed = self._roles[name].signed
        if not isinstance(signed, Targets):
            raise ValueError("not a list of targets")  # noqa: TRY004 - it is the file that is wrong
        return signed

    @property
    def _snapshot(self) -> Snapshot:
        signed = self._roles["snapshot"].signed
        assert isinstance(signed, Snapshot)
        return signed

    @property
    def _timestamp(self) -> Timestamp:
        signed = self._roles["timestamp"].signed
        assert isinstance(signed, Timestamp)
        return signed


def _key(name: str) -> KeyName:
    return "root" if name == "root" else "targets" if name == "targets" else "online"


def _present(content: bytes | None) -> bytes:
    if content is None:
        raise ValueError("metadata that is missing")
    return content
