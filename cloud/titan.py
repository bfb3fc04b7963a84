"""Titan's vectors of a book's chunks: for near-duplicates and comparison, in the cloud only; no pack brings them.

The contract: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
"""

import hashlib
import io
import json
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

V1, V2 = "amazon.titan-embed-text-v1", "amazon.titan-embed-text-v2:0"
DIMENSIONS = {V1: 1536, V2: 1024}
TEXT_LIMIT = 50_000
"""Characters of a text that Titan takes; it also has a limit of 8,192 tokens, ten times what a chunk has."""
ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 20.0
"""Seconds before the second attempt at most, and between later ones."""
BUSY = frozenset(
    {"ThrottlingException", "ServiceUnavailableException", "ModelTimeoutException", "ModelNotReadyException"}
)

Vectors = npt.NDArray[np.float32]


class Bedrock(Protocol):
    """The part of the client that is used."""

    def invoke_model(self, *, modelId: str, body: str, accept: str, contentType: str) -> Any:  # noqa: N803
        """Run a model on a request."""


class TitanError(Exception):
    """Titan did not answer as its contract says, or not at all after all attempts."""


class Titan:
    """Asks for vectors, one text a call, and again while Bedrock is busy, with a pause that doubles and is drawn."""

    def __init__(self, client: Bedrock, model: str = V2, sleep: Callable[[float], object] = time.sleep) -> None:
        self._client = client
        self._model = model
        self._sleep = sleep
        self.calls = 0

    def vectors(self, texts: Sequence[str], known: dict[str, Vectors]) -> Vectors:
        """Unit vectors (n, dimensions); `known` has those of earlier times by the sha256 of the text, and gets the new.

        Raises `TitanError`.
        """
        for text in texts:
            name = name_of(text)
            if name not in known:
                known[name] = self._vector(text)
        return np.stack([known[name_of(text)] for text in texts]) if texts else self._nothing()

    def _vector(self, text: str) -> Vectors:
        for attempt in range(ATTEMPTS):
            try:
                return self._ask(text)
            except Exception as error:
                code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
                if code not in BUSY:
                    raise TitanError(code or type(error).__name__) from error
                self._sleep(random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)))  # noqa: S311
        raise TitanError("busy")

    def _ask(self, text: str) -> Vectors:
        request: dict[str, Any] = {"inputText": text[:TEXT_LIMIT]}
        if self._model == V2:
            request |= {"dimensions": DIMENSIONS[V2], "normalize": True}
        self.calls += 1
        answer = self._client.invoke_model(
            modelId=self._model, body=json.dumps(request), accept="application/json", contentType="application/json"
        )
        vector = np.asarray(json.loads(answer["body"].read())["embedding"], dtype=np.float32)
        length = float(np.linalg.norm(vector))
        if vector.shape != (DIMENSIONS[self._model],) or not np.isfinite(length) or length == 0:
            raise ValueError("not a vector of this model")
        return vector / np.float32(length)

    def _nothing(self) -> Vectors:
        return np.zeros((0, DIMENSIONS[self._model]), np.float32)


def name_of(text: str) -> str:
    """What a vector is kept under."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_bytes(known: dict[str, Vectors]) -> bytes:
    """Kept vectors, as `from_bytes` reads them."""
    content = io.BytesIO()
    names = sorted(known)
    vectors = np.stack([known[name] for name in names]) if names else np.zeros((0, 0), np.float32)
    np.savez_compressed(content, names=np.array(names, dtype="U64"), vectors=vectors.astype(np.float16))
    return content.getvalue()


def from_bytes(content: bytes | None) -> dict[str, Vectors]:
    """Kept vectors by the sha256 of their text; of nothing, nothing."""
    if content is None:
        return {}
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        vectors = arrays["vectors"].astype(np.float32)
        return dict(zip(arrays["names"].tolist(), vectors, strict=True))


def stacked(known: dict[str, Vectors]) -> Vectors:
    """Kept vectors as rows (n, dimensions); at least one."""
    return np.stack(list(known.values()))


def nearest(vectors: Vectors, others: Vectors) -> Vectors:
    """For each vector the highest cosine to any other; 1 is the same text."""
    if not len(vectors) or not len(others):
        return np.zeros(len(vectors), np.float32)
    highest: Vectors = (vectors @ others.T).max(axis=1)
    return highest
