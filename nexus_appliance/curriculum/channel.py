"""Where things lie in a channel, and the names that are allowed there. See docs/vkp.md."""

import re

METADATA = "metadata"
PACKS = "packs"
MODELS = "models"
PROGRAMS = "app"
FILE_KINDS = {MODELS: ".gguf", PROGRAMS: ".zip"}
"""Folders of single files, each with a role of its own, and how their names end."""
HEAD_ENDING = ".head"
SIGNED_AT = "x-signed-at"
"""The field of timestamp.json that tells when it was signed: no clock at a school can be earlier."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})", re.ASCII)
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""What Windows takes for a device, whatever the ending."""


def checked_name(name: str) -> str:
    """`name` if it may name a subject or a source: it is a file's name everywhere. Raises ValueError."""
    if not _NAME.fullmatch(name) or name in _DEVICES:
        raise ValueError("not a name for a channel")
    return name


def version_key(version: str) -> tuple[int, int, int]:
    """The order of versions: 1.10.0 comes after 1.9.0. Raises ValueError for what is no version."""
    found = _VERSION.fullmatch(version)
    if found is None:
        raise ValueError("not a version")
    major, minor, patch = map(int, found.groups())
    return major, minor, patch


def head_path(subject: str, name: str) -> str:
    """The target that is the head of a source's current version; its hash stands before the name on the way."""
    return f"{PACKS}/{checked_name(subject)}/{checked_name(name)}{HEAD_ENDING}"


def file_path(kind: str, name: str) -> str:
    """The target that is a model or a program; its hash stands before its name on the way. Raises ValueError."""
    if kind not in FILE_KINDS:
        raise ValueError("not a kind of file")
    return f"{kind}/{checked_name(name)}{FILE_KINDS[kind]}"


def signed_path(path: str, sha256: str) -> str:
    """Where a target with this hash lies: the hash stands before its name, so that versions do not meet."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{sha256}.{name}"


def pack_path(subject: str, name: str, version: str) -> str:
    """The whole pack of a version."""
    version_key(version)
    return f"{PACKS}/{checked_name(subject)}/{checked_name(name)}/{version}.vkp"


def delta_path(subject: str, name: str, version: str, earlier: str) -> str:
    """What leads from an earlier version to this one."""
    version_key(version), version_key(earlier)
    return f"{PACKS}/{checked_name(subject)}/{checked_name(name)}/{version}.from-{earlier}.vkp"
