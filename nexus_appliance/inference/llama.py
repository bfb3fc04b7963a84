"""The adapter to llama.cpp: the only module that imports llama_cpp, and it runs in the worker's process alone."""

import ctypes
import logging
import os
import sys
from collections.abc import Sequence
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


class LlamaFile:
    """One GGUF with one sequence of computed tokens: `length` of them, to which `decode` appends."""

    def __init__(self, path: Path, *, context: int, threads: int, chunk: int) -> None:
        """Load the file; `context` and `chunk` (the most tokens of one `decode`) in tokens.

        Raises `Unavailable` (model_gone) with llama.cpp's own reason: no memory, or a file it does not know.
        """
        _load_backends()
        _complaints.clear()
        self._model: Any = llama_cpp.llama_model_load_from_file(str(path).encode(), _model_settings())
        self._context: Any = self._model and llama_cpp.llama_init_from_model(
            self._model, _context_settings(context, threads, chunk)
        )
        if not self._context:
            raise Unavailable(Failure.MODEL_GONE, file=path.name, reason="; ".join(_complaints[:3]))
        self._vocabulary: Any = llama_cpp.llama_model_get_vocab(self._model)
        self._memory: Any = llama_cpp.llama_get_memory(self._context)
        self._words: int = llama_cpp.llama_vocab_n_tokens(self._vocabulary)
        self._batch: Any = llama_cpp.llama_batch_init(chunk, 0, 1)
        self.context: int = llama_cpp.llama_n_ctx(self._context)
        self.length = 0

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

    def rewind(self, length: int) -> bool:
        """Forget all computed tokens from `length` on; False when the model can only forget everything, and did."""
        kept = bool(llama_cpp.llama_memory_seq_rm(self._memory, 0, length, -1))
        if not kept:
            llama_cpp.llama_memory_clear(self._memory, True)
        self.length = length if kept else 0
        return kept

    def decode(self, tokens: Sequence[int]) -> None:
        """Compute at most `chunk` tokens after those already held; `logits` then belongs to the last one."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for row, token in enumerate(tokens):
            batch.token[row] = token
            batch.pos[row] = self.length + row
            batch.n_seq_id[row] = 1
            batch.seq_id[row][0] = 0
            batch.logits[row] = row == len(tokens) - 1
        code = llama_cpp.llama_decode(self._context, batch)
        if code:
            raise RuntimeError(f"llama_decode: {code}")
        self.length += len(tokens)

    def state(self, tokens: Sequence[int]) -> npt.NDArray[np.float32]:
        """Compute at most `chunk` tokens as `decode` does; the model's last hidden state (dimensions,) after them.

        NOTE: with embeddings on, llama.cpp computes the logits of every token: a quarter slower. So it is on here only.
        """
        llama_cpp.llama_set_embeddings(self._context, True)
        try:
            self.decode(tokens)
            size = llama_cpp.llama_model_n_embd(self._model)
            return np.ctypeslib.as_array(llama_cpp.llama_get_embeddings_ith(self._context, -1), shape=(size,)).copy()
        finally:
            llama_cpp.llama_set_embeddings(self._context, False)

    def logits(self) -> npt.NDArray[np.float32]:
        """One number for each token of the vocabulary; valid until the next `decode`."""
        return np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self._context, -1), shape=(self._words,))


def _model_settings() -> Any:
    settings = llama_cpp.llama_model_default_params()
    settings.n_gpu_layers = 0
    return settings


def _context_settings(context: int, threads: int, chunk: int) -> Any:
    settings = llama_cpp.llama_context_default_params()
    settings.n_ctx = context
    settings.n_batch = settings.n_ubatch = chunk
    settings.n_seq_max = 1
    settings.n_threads = settings.n_threads_batch = threads
    settings.no_perf = True
    return settings
