"""Answers of a given form: a grammar (GBNF) that llama.cpp checks, written by hand or made of a JSON schema."""

import ctypes
import json
from typing import Any

import llama_cpp
import numpy as np
from llama_cpp.llama_grammar import json_schema_to_gbnf

from nexus_appliance.errors import Failure, Invalid
from nexus_appliance.inference.sampling import Logits

_DATA = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
"""A candidate as `llama_token_data` holds it."""


def grammar_of_schema(schema: str) -> str:
    """The grammar (GBNF) of the JSON texts that a schema describes. Raises `Invalid` (grammar_invalid)."""
    try:
        json.loads(schema)
        return str(json_schema_to_gbnf(schema))
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise Invalid(Failure.GRAMMAR_INVALID, reason=str(error)) from error


class Grammar:
    """A `Rule`: only what continues a text of the grammar may come next, at its end the end of the answer."""

    def __init__(self, vocabulary: Any, text: str) -> None:
        """Raises `Invalid` (grammar_invalid)."""
        self._sampler: Any = llama_cpp.llama_sampler_init_grammar(vocabulary, text.encode(), b"root")
        if not self._sampler:
            raise Invalid(Failure.GRAMMAR_INVALID, reason="GBNF")

    def allowed(self, logits: Logits) -> Logits:
        """See `Rule.allowed`."""
        candidates = np.zeros(logits.size, _DATA)
        candidates["id"] = np.arange(logits.size)
        candidates["logit"] = logits
        self._apply(candidates)
        found = np.full(logits.size, -np.inf, np.float32)
        found[candidates["id"]] = candidates["logit"]
        return found

    def allows(self, token: int) -> bool:
        """See `Rule.allows`."""
        candidate = np.array([(token, 1.0, 0.0)], _DATA)
        self._apply(candidate)
        return bool(np.isfinite(candidate["logit"][0]))

    def take(self, token: int) -> None:
        """See `Rule.take`."""
        llama_cpp.llama_sampler_accept(self._sampler, token)

    def close(self) -> None:
        """See `Rule.close`."""
        llama_cpp.llama_sampler_free(self._sampler)

    def _apply(self, candidates: Any) -> None:
        data = candidates.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token_data))
        array = llama_cpp.llama_token_data_array(data, candidates.size, -1, False)
        llama_cpp.llama_sampler_apply(self._sampler, ctypes.byref(array))
