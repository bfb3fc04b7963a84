"""The keys of a channel. Root and targets are for a safe; the online key signs what changes with each pack."""

import os
from pathlib import Path
from typing import Literal, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner, Signer

KeyName = Literal["root", "targets", "online"]
KEY_NAMES: tuple[KeyName, ...] = ("root", "targets", "online")


class MissingKeyError(Exception):
    """A key that is needed is not here."""


class Keys(Protocol):
    """Signers by the name of their key."""

    def signer(self, name: KeyName) -> Signer:
        """Signs with a key; raises `MissingKeyError`."""


class FolderKeys:
    """Ed25519 keys as PEM files that only their owner can read, such as on an encrypted stick."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def generate(self) -> None:
        """Make the keys; raises FileExistsError rather than overwrite one."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in KEY_NAMES:
            descriptor = os.open(self._path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(CryptoSigner.generate_ed25519().private_bytes)
                file.flush()
                os.fsync(file.fileno())

    def signer(self, name: KeyName) -> Signer:
        """As `Keys.signer`."""
        try:
            return signer_of(self._path(name).read_bytes())
        except FileNotFoundError as error:
            raise MissingKeyError(name) from error

    def _path(self, name: KeyName) -> Path:
        return self._folder / f"{name}.pem"


def signer_of(pem: bytes) -> Signer:
    """Signs with the Ed25519 key in a PEM; raises ValueError."""
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")  # noqa: TRY004 - it is what the file holds that is wrong
    return CryptoSigner(key)
