"""The adapter to llama.cpp: the only module that imports llama_cpp, and it runs in the worker's process alone."""

import ctypes
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nexus_appliance.errors import Failure, Unavailable

# NOTE: read when the library is loaded. Threads that wait by spinning collapse when anything else wants the processor,
# and threads that sleep at once wake too late. Spinning for some 50 microseconds first: Qwen 1.5B wrote 20-26 tokens/s
# alone against 15 (passive), and 8-10 against 9 beside two busy processes, where long spins wrote 0.3-5. And a crash
# must not wait for a debugger's stack trace.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "2000")
os.environ.setdefault("GGML_NO_BACKTRACE", "1")

import llama_cpp

log = logging.getLogger(__name__)

Saved = npt.NDArray[np.uint8]

_LIBRARIES = {"win32": "ggml.dll", "darwin": "libggml.dylib"}
_WARNING, _ERROR = 3, 4  # enum ggml_log_level of ggml.h
_complaints: list[str] = []


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator,unused-ignore]
def _on_log(level: int, text: bytes, _: object) -> None:
    if level in (_WARNING, _ERROR):
        line = text.decode("utf-8", "replace").strip()
        log.log(logging.ERROR if level == _ERROR else logging.INFO, "%s", line)
        if level == _ERROR:
            _complaints.append(line)


@cache
def _load_backends() -> None:
    """Register the CPU variants of a portable build; llama.cpp then takes the best one for this processor.

    NOTE: they must go into the copy of libggml that libllama is linked to. On Linux that is libggml.so.0; libggml.so
    beside it is a second copy with a registry of its own.
    """
    llama_cpp.llama_log_set(_on_log, None)
    package = Path(llama_cpp.__file__).parent
    library = ctypes.CDLL(str(package / "lib" / _LIBRARIES.get(sys.platform, "libggml.so.0")))
    library.ggml_backend_load_all_from_path.argtypes = [ctypes.c_char_p]
    library.ggml_backend_load_all_from_path.restype = None
    for folder in (package / "lib", package.parent / "bin"):
        if any(folder.glob("*ggml-cpu-*")):
            library.ggml_backend_load_all_from_path(str(folder).encode())
    llama_cpp.llama_backend_init()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens to compute in one sequence from position `start` on; `every`: logits behind each of them, else the last.

    With neither (`silent`) nothing is asked of them.
    """

    sequence: int
    start: int
    tokens: Sequence[int]
    every: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """How a model is held: `sequences` of `cells` tokens each, at most `rows` computed at once, `repacked` weights.

    Repacked weights read a single token faster, the file's own ones many tokens at once (on AVX-512: 28 against 36 ms
    for one, 99 against 149 tokens/s of prompts of a 1.5B model); which is better is measured (`profile.py`).
    """

    sequences: int
    cells: int
    rows: int
    threads: int
    repacked: bool = False


class LlamaFile:
    """One loaded GGUF with sequences that are computed together; each has cells of its own.

    NOTE: cells that all sequences share would let tokens of any two be computed in one piece, but then every token
    looks at the cells of everybody: 40 % slower for a class. With cells of their own llama.cpp computes neighbouring
    sequences with equally many tokens in one piece, any others one after the other.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        """Load; raise `Unavailable` (model_gone) when llama.cpp cannot: it says why in the log."""
        _load_backends()
        _complaints.clear()
        self.shape = shape
        self._model: Any = llama_cpp.llama_model_load_from_file(str(path).encode(), _model_settings(shape))
        self._context: Any = self._model and llama_cpp.llama_init_from_model(self._model, _context_settings(shape))
        if not self._context:
            raise Unavailable(Failure.MODEL_GONE, file=path.name, reason="; ".join(_complaints[:3]))
        self._vocabulary: Any = llama_cpp.llama_model_get_vocab(self._model)
        self._memory: Any = llama_cpp.llama_get_memory(self._context)
        self._words: int = llama_cpp.llama_vocab_n_tokens(self._vocabulary)
        self._batch: Any = llama_cpp.llama_batch_init(shape.rows, 0, 1)
        self._last: list[int] = []

    @property
    def token_bytes(self) -> int:
        """Bytes that one token takes in a sequence: keys and values of 16 bits in every layer."""
        heads, dimensions = llama_cpp.llama_model_n_head(self._model), llama_cpp.llama_model_n_embd(self._model)
        kept = llama_cpp.llama_model_n_head_kv(self._model) * (dimensions // max(1, heads))
        return int(llama_cpp.llama_model_n_layer(self._model) * kept * 2 * 2)

    @property
    def vocabulary(self) -> Any:
        """What a grammar is checked against."""
        return self._vocabulary

    def close(self) -> None:
        """Give the memory back; nothing else may be called after it."""
        llama_cpp.llama_batch_free(self._batch)
        llama_cpp.llama_free(self._context)
        llama_cpp.llama_model_free(self._model)

    def tokenise(self, text: str, *, special: bool) -> list[int]:
        """The tokens of `text`; only with `special` can it contain control tokens. Safe beside `decode`."""
        raw = text.encode("utf-8", "replace")
        room = len(raw) + 8
        tokens = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self._vocabulary, raw, len(raw), tokens, room, False, special)
        if count < 0:
            raise RuntimeError(f"llama_tokenize: {count}")
        return list(tokens[:count])

    def bytes_of(self, token: int) -> bytes:
        """What a token stands for: perhaps a part of a character, nothing for a control token."""
        room = 256
        buffer = ctypes.create_string_buffer(room)
        length = llama_cpp.llama_token_to_piece(self._vocabulary, token, buffer, room, 0, False)
        return buffer.raw[: max(0, length)]

    def ends(self, token: int) -> bool:
        """Whether a generated token ends the answer: an end mark, or any other control token."""
        return bool(
            llama_cpp.llama_vocab_is_eog(self._vocabulary, token)
            or llama_cpp.llama_vocab_is_control(self._vocabulary, token)
        )

    def forget(self, sequence: int, length: int = 0) -> bool:
        """Forget the tokens of a sequence from `length` on; False when the model can only forget all, and did."""
        if llama_cpp.llama_memory_seq_rm(self._memory, sequence, length, -1):
            return True
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return False

    def save(self, sequence: int) -> Saved:
        """What a sequence holds, to be put back any number of times."""
        room = llama_cpp.llama_state_seq_get_size(self._context, sequence)
        data = np.empty(room, np.uint8)
        pointer = data.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        if llama_cpp.llama_state_seq_get_data(self._context, pointer, room, sequence) != room:
            raise RuntimeError("llama_state_seq_get_data")
        return data

    def restore(self, sequence: int, saved: Saved) -> None:
        """Let a sequence hold what was saved, and nothing else."""
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        pointer = saved.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        if not llama_cpp.llama_state_seq_set_data(self._context, pointer, saved.size, sequence):
            raise RuntimeError("llama_state_seq_set_data")

    def decode(self, stretches: Sequence[Stretch]) -> None:
        """Compute at most `rows` tokens in all. `logits(n)` then belongs to the nth stretch that is not silent."""
        batch, row, self._last = self._batch, 0, []
        for stretch in stretches:
            end = len(stretch.tokens) - 1
            for place, token in enumerate(stretch.tokens):
                batch.token[row] = token
                batch.pos[row] = stretch.start + place
                batch.n_seq_id[row] = 1
                batch.seq_id[row][0] = stretch.sequence
                batch.logits[row] = not stretch.silent and (stretch.every or place == end)
                row += 1
            if not stretch.silent:
                self._last.append(row - 1)
        batch.n_tokens = row
        code = llama_cpp.llama_decode(self._context, batch)
        if code:
            raise RuntimeError(f"llama_decode: {code}")
        llama_cpp.llama_synchronize(self._context)

    def states(self, stretches: Sequence[Stretch]) -> list[npt.NDArray[np.float32]]:
        """Compute as `decode` does; the model's last hidden state (dimensions,) behind each stretch.

        NOTE: with embeddings on, llama.cpp computes the logits of every token: a quarter slower. So it is on here only.
        """
        llama_cpp.llama_set_embeddings(self._context, True)
        try:
            self.decode(stretches)
            size = llama_cpp.llama_model_n_embd(self._model)
            found = [llama_cpp.llama_get_embeddings_ith(self._context, row) for row in self._last]
            return [np.ctypeslib.as_array(one, shape=(size,)).copy() for one in found]
        finally:
            llama_cpp.llama_set_embeddings(self._context, False)

    def logits(self, number: int, before: int = 0) -> npt.NDArray[np.float32]:
        """One number for each token of the vocabulary, `before` the end of the nth stretch; good until `decode`."""
        row = self._last[number] - before
        return np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self._context, row), shape=(self._words,))


def _model_settings(shape: Shape) -> Any:
    settings = llama_cpp.llama_model_default_params()
    settings.n_gpu_layers = 0
    settings.use_extra_bufts = shape.repacked
    return settings


def _context_settings(shape: Shape) -> Any:
    settings = llama_cpp.llama_context_default_params()
    settings.n_ctx = shape.sequences * shape.cells
    settings.n_batch = settings.n_ubatch = shape.rows
    settings.n_seq_max = shape.sequences
    settings.n_threads = settings.n_threads_batch = shape.threads
    settings.kv_unified = False
    settings.no_perf = True
    return settings
