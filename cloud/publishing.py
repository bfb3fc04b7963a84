"""Publishing with deltas: from a pack and the packs of its last versions."""

import tempfile
from datetime import datetime
from pathlib import Path

from cloud.channel import Release, publish
from cloud.keys import Keys
from cloud.store import FolderStore
from nexus_appliance.curriculum.channel import pack_path, version_key
from nexus_appliance.curriculum.pack import read_manifest, write_delta_pack

DELTAS = 3
"""Versions before the new one from which a delta leads to it; who missed more fetches the parts that are missing."""


def publish_folder(folder: Path, keys: Keys, pack: Path, now: datetime) -> list[str]:
    """Publish a pack in the channel of a folder; the versions from which deltas lead to it. Raises as `publish`."""
    manifest = read_manifest(pack)
    earlier = earlier_packs(folder, manifest.subject, manifest.name, manifest.version)
    with tempfile.TemporaryDirectory() as work:
        deltas = {version: Path(work) / version for version in earlier}
        for version, delta in deltas.items():
            write_delta_pack(delta, pack, earlier[version])
        publish(FolderStore(folder), keys, Release(pack, deltas), now)
    return list(deltas)


def earlier_packs(folder: Path, subject: str, name: str, version: str) -> dict[str, Path]:
    """The latest whole packs before a version, newest first; raises ValueError for names that are not allowed."""
    found = {}
    for path in (folder / pack_path(subject, name, version)).parent.glob("*.vkp"):
        try:
            if version_key(path.stem) < version_key(version):
                found[path.stem] = path
        except ValueError:  # a delta
            continue
    newest = sorted(found, key=version_key, reverse=True)[:DELTAS]
    return {known: found[known] for known in newest}
