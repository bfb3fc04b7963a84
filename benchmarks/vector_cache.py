"""Vectors kept on disk by the text they stand for: a changed chunker encodes only the windows that it changed."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nexus_appliance.curriculum.encoder import Encoder, EncoderIdentity, FloatArray


class CachedEncoder:
    """An encoder whose passages are remembered in one file; `save` writes it."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._file = folder / f"{encoder.identity.key}.npz"
        self._room = encoder.room
        self._known: dict[str, FloatArray] = {}
        if self._file.exists():
            with np.load(self._file, allow_pickle=False) as arrays:
                self._known = dict(zip(arrays["names"].tolist(), arrays["vectors"], strict=True))

    @property
    def identity(self) -> EncoderIdentity:
        """That of the encoder behind."""
        return self._encoder.identity

    @property
    def room(self) -> int:
        """That of the encoder behind."""
        return self._room

    def token_count(self, text: str) -> int:
        """That of the encoder behind."""
        return self._encoder.token_count(text)

    def queries(self, texts: Sequence[str]) -> FloatArray:
        """Those of the encoder behind, not remembered."""
        return self._encoder.queries(texts)

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Known vectors from memory, the others from the encoder."""
        names = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        missing = [place for place, name in enumerate(names) if name not in self._known]
        if missing:
            fresh = self._encoder.passages([texts[place] for place in missing])
            self._known.update((names[place], vector) for place, vector in zip(missing, fresh, strict=True))
        return np.stack([self._known[name] for name in names]).astype(np.float32)

    def save(self) -> None:
        """Write all that is known."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_suffix(".tmp.npz")
        np.savez(temporary, names=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))
        temporary.replace(self._file)
