"""The model worker as it is, but answers do not end before their limit, and it tells where its time went."""

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from nexus_appliance.children import Pipe
from nexus_appliance.inference import draft, worker
from nexus_appliance.inference.engine import Engine
from nexus_appliance.inference.llama import LlamaFile, Stretch

spent: Counter[str] = Counter()


def main(pipe: Pipe, *, report: str, **arguments: Any) -> None:
    """See `worker.main`; after each step that leaves nothing to do, `report` holds the seconds spent so far."""
    LlamaFile.ends = _never  # type: ignore[method-assign,assignment]
    draft.loops = _never  # type: ignore[assignment]
    decode = LlamaFile.decode

    def timed_decode(self: LlamaFile, stretches: list[Stretch]) -> None:
        writing = all(len(stretch.tokens) == 1 or stretch.every for stretch in stretches)
        began = time.monotonic()
        decode(self, stretches)
        name = "writing" if writing else "prompts"
        spent[f"{name}_s"] += time.monotonic() - began  # type: ignore[assignment]
        spent[f"{name}_tokens"] += sum(len(stretch.tokens) for stretch in stretches)
        spent[f"{name}_steps"] += 1

    LlamaFile.decode = timed_decode  # type: ignore[method-assign,assignment]
    for owner, name, kind in (
        (Engine, "_choose", "choosing_s"),
        (LlamaFile, "save", "states_s"),
        (LlamaFile, "restore", "states_s"),
    ):
        setattr(owner, name, _timed(getattr(owner, name), kind))
    step = Engine.step

    def reported(self: Engine) -> Any:
        began = time.monotonic()
        told = step(self)
        spent["all_s"] += time.monotonic() - began  # type: ignore[assignment]
        if not self.busy:
            found = {**spent, "memory_MB": psutil.Process().memory_info().rss >> 20}
            Path(report).write_text(json.dumps(found), "utf-8")
        return told

    Engine.step = reported  # type: ignore[method-assign]
    worker.main(pipe, **arguments)


def _never(*_: object) -> bool:
    return False


def _timed(function: Callable[..., Any], kind: str) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        began = time.monotonic()
        try:
            return function(*arguments, **named)
        finally:
            spent[kind] += time.monotonic() - began  # type: ignore[assignment]

    return timed
