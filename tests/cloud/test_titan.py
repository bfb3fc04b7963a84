import io
import json
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from cloud.titan import (
    ATTEMPTS,
    DIMENSIONS,
    LONGEST_PAUSE,
    V1,
    V2,
    Titan,
    TitanError,
    from_bytes,
    name_of,
    nearest,
    to_bytes,
)


class Bedrock:
    """Answers by the contract, after so many refusals."""

    def __init__(self, refusals: int = 0, code: str = "ThrottlingException", size: int = 0) -> None:
        self.refusals, self.code, self.size = refusals, code, size
        self.requests: list[dict[str, Any]] = []

    def invoke_model(self, *, modelId: str, body: str, accept: str, contentType: str) -> Any:  # noqa: N803
        request = json.loads(body)
        self.requests.append(request)
        if self.refusals:
            self.refusals -= 1
            raise ClientError({"Error": {"Code": self.code}}, "InvokeModel")
        vector = np.random.default_rng(len(request["inputText"])).standard_normal(self.size or DIMENSIONS[modelId])
        return {"body": io.BytesIO(json.dumps({"embedding": vector.tolist()}).encode())}


@pytest.mark.parametrize(("model", "asked"), [(V1, {"inputText"}), (V2, {"inputText", "dimensions", "normalize"})])
def test_each_model_is_asked_by_its_contract(model: str, asked: set[str]) -> None:
    bedrock = Bedrock()
    vectors = Titan(bedrock, model).vectors(["satu", "dua"], {})
    assert vectors.shape == (2, DIMENSIONS[model])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert all(set(request) == asked for request in bedrock.requests)


def test_each_text_is_asked_for_once() -> None:
    bedrock = Bedrock()
    known: dict[str, Any] = {}
    titan = Titan(bedrock)
    titan.vectors(["satu", "dua", "satu"], known)
    again = from_bytes(to_bytes(known))
    assert set(again) == {name_of("satu"), name_of("dua")}
    titan.vectors(["dua", "tiga"], again)
    assert [request["inputText"] for request in bedrock.requests] == ["satu", "dua", "tiga"]


def test_a_busy_bedrock_is_asked_again_with_growing_pauses() -> None:
    pauses: list[float] = []
    titan = Titan(Bedrock(refusals=5), sleep=pauses.append)
    titan.vectors(["satu"], {})
    assert titan.calls == 6
    assert len(pauses) == 5
    assert all(0 <= pause <= LONGEST_PAUSE for pause in pauses)


@pytest.mark.parametrize(
    "bedrock", [Bedrock(refusals=ATTEMPTS), Bedrock(refusals=1, code="AccessDeniedException"), Bedrock(size=7)]
)
def test_what_does_not_help_is_said(bedrock: Bedrock) -> None:
    known: dict[str, Any] = {}
    with pytest.raises(TitanError):
        Titan(bedrock, sleep=lambda _seconds: None).vectors(["satu"], known)
    assert known == {}
    assert len(bedrock.requests) <= ATTEMPTS


@given(st.dictionaries(st.text(max_size=5).map(name_of), st.integers(0, 100), max_size=5))
def test_kept_vectors_come_back(seeds: dict[str, int]) -> None:
    known = {
        name: np.random.default_rng(seed).standard_normal(8).astype(np.float16).astype(np.float32)
        for name, seed in seeds.items()
    }
    again = from_bytes(to_bytes(known))
    assert {name: vector.tolist() for name, vector in again.items()} == {
        name: vector.tolist() for name, vector in known.items()
    }
    assert from_bytes(None) == {}


def test_the_nearest() -> None:
    one = np.eye(3, dtype=np.float32)
    assert nearest(one[:2], one[1:]).tolist() == [0.0, 1.0]
    assert nearest(one[:2], one[:0]).tolist() == [0.0, 0.0]
