"""A class asks one model: one lock around llama-cpp-python's `Llama`, llama-server, and ours, in turn.

`python -m benchmarks.inference`: the same file, threads, kernels and prompts; each answer has 64 tokens. llama-server
is taken at its best of 8, 16 and 32 slots, with the weights as ours holds them, and at that also as it comes. About 40
minutes on two cores.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil
from llama_cpp import Llama

from benchmarks import inference_worker
from benchmarks.llama_server import PORT, serving
from benchmarks.results import write_results
from benchmarks.workloads import ANSWER, STUDENTS, Workload, workloads
from nexus_appliance.config import Config
from nexus_appliance.inference import catalogue, worker
from nexus_appliance.inference.engine import Engine
from nexus_appliance.inference.llama import LlamaFile, Shape
from nexus_appliance.inference.measuring import profile_of
from nexus_appliance.inference.model import Model
from nexus_appliance.inference.profile import Profile
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.scheduler import Request, Scheduler, Token
from nexus_appliance.tutoring.prompts import SYSTEM

SLOTS = (8, 16, 32)
CELLS = 1024
PATIENCE = 900.0


@dataclass(slots=True)
class Times:
    """When (seconds) the first token and the end of each answer came."""

    began: float = field(default_factory=time.monotonic)
    first: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    tokens: int = 0

    def figures(self) -> dict[str, float]:
        """Wall time, tokens/s, and how long students waited."""
        wall = max(self.ends)
        return {
            "wall_s": round(wall, 1),
            "tokens_per_s": round(self.tokens / wall, 1),
            **{f"first_token_{name}_s": value for name, value in _spread(self.first).items()},
            **{f"total_{name}_s": value for name, value in _spread(self.ends).items()},
        }


def _spread(values: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return {"p50": round(cuts[9], 1), "p95": round(cuts[18], 1)}


class Measured:
    """The model, its speeds, and the workloads as tokens."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.model: Model = catalogue.chosen(config)
        self.path = catalogue.locate(config)
        self.profile: Profile = profile_of(self.path, self.model.sha256, config.home / "cache" / "speeds", 0)
        self._file = LlamaFile(self.path, Shape(2, 64, 64, self.profile.threads, self.profile.repacked))
        self._engine = Engine(self._file, self.model.template, None, share=256, budget=0)
        self.workloads = workloads(lambda text: len(self._file.tokenise(text, special=False)))

    def tokens(self, prompt: Prompt) -> list[int]:
        """A prompt as all three get it."""
        return self._engine.cut(prompt).tokens

    def close(self) -> None:
        """Give the memory back before anybody is timed."""
        self._prompts = {id(one): self.tokens(one) for load in self.workloads for one in (*load.before, *load.prompts)}
        self.tokens = lambda prompt: self._prompts[id(prompt)]  # type: ignore[method-assign]
        self._file.close()


def one_lock(measured: Measured, loads: Sequence[Workload]) -> dict[str, Any]:
    """A lock around the high-level `Llama`: one student after the other."""
    llama = Llama(str(measured.path), n_ctx=2048, n_threads=measured.profile.threads, verbose=False)
    ends = dict.fromkeys((llama.token_eos(), llama._model.token_eot()), -1000000000.0)
    lock = threading.Lock()

    def ask(times: Times | None, prompt: Prompt) -> None:
        with lock:
            answer = llama.create_completion(
                measured.tokens(prompt), max_tokens=ANSWER, temperature=0.0, stream=True, logit_bias=ends
            )
            for number, _ in enumerate(answer):
                if times and not number:
                    times.first.append(time.monotonic() - times.began)
            if times:
                times.ends.append(time.monotonic() - times.began)
                times.tokens += ANSWER

    found: dict[str, Any] = {}
    for load in loads:
        for prompt in load.before[:1]:
            ask(None, prompt)
        times = Times()
        with ThreadPoolExecutor(STUDENTS) as pool:
            list(pool.map(partial(ask, times), load.prompts))
        found[load.name] = times.figures()
        print("lock", load.name, found[load.name], flush=True)
    found["memory_MB"] = psutil.Process().memory_info().rss >> 20
    llama.close()
    return found


def llama_server(measured: Measured, loads: Sequence[Workload], slots: int, *flags: str) -> dict[str, Any]:
    """llama-server with its slots warm and its prompt cache in memory on, as it is by default."""
    found: dict[str, Any] = {}
    with serving(measured.path, slots, CELLS, measured.profile.threads, *flags) as process:
        for load in loads:
            asyncio.run(_ask_server(measured, load.before))
            times = asyncio.run(_ask_server(measured, load.prompts))
            found[load.name] = times.figures()
            print("llama-server", slots, *flags, load.name, found[load.name], flush=True)
        found["memory_MB"] = psutil.Process(process.pid).memory_info().rss >> 20
    return found


async def _ask_server(measured: Measured, prompts: Sequence[Prompt]) -> Times:
    times = Times()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=PATIENCE, limits=limits) as client:

        async def ask(prompt: Prompt) -> None:
            body = {
                "prompt": measured.tokens(prompt),
                "n_predict": ANSWER,
                "temperature": 0,
                "ignore_eos": True,
                "stream": True,
                "cache_prompt": True,
            }
            async with client.stream("POST", f"http://127.0.0.1:{PORT}/completion", json=body) as answer:
                started = False
                async for line in answer.aiter_lines():
                    if not line.startswith("data: "):
                        continue
                    told = json.loads(line[6:])
                    if not started:
                        started = True
                        times.first.append(time.monotonic() - times.began)
                    if told.get("stop"):
                        times.tokens += told["tokens_predicted"]
                times.ends.append(time.monotonic() - times.began)

        await asyncio.gather(*(ask(prompt) for prompt in prompts))
    return times


def ours(measured: Measured, loads: Sequence[Workload]) -> dict[str, Any]:
    """Our scheduler with its worker process."""
    return asyncio.run(_ours(measured, loads))


async def _ours(measured: Measured, loads: Sequence[Workload]) -> dict[str, Any]:
    config = measured.config
    report = config.home / "spent.json"

    def recipe() -> Mapping[str, object]:
        found: dict[str, Any] = worker.arguments(config, SYSTEM, scheduler.shelf)
        local = {**found["local"], "context": CELLS}
        return {**found, "local": local, "sequences": STUDENTS, "report": str(report)}

    scheduler = Scheduler(config, entry=inference_worker.main, recipe=recipe)
    await scheduler.start()
    found: dict[str, Any] = {}
    for load in loads:
        await _ask_scheduler(scheduler, load.before)
        before = json.loads(report.read_text("utf-8")) if report.exists() else {}
        times = await _ask_scheduler(scheduler, load.prompts)
        await asyncio.sleep(0.2)
        after = json.loads(report.read_text("utf-8"))
        spent = {name: round(value - before.get(name, 0), 1) for name, value in after.items() if name != "memory_MB"}
        found[load.name] = {**times.figures(), "spent": _explained(spent, times, measured.profile)}
        found["memory_MB"] = after["memory_MB"]
        print("ours", load.name, found[load.name], flush=True)
    await scheduler.close()
    return found


def _explained(spent: Mapping[str, float], times: Times, profile: Profile) -> dict[str, float]:
    """Where the time went, beside what the measured speeds of the machine allow at best."""
    inside = sum(spent.get(name, 0.0) for name in ("prompts_s", "writing_s", "choosing_s", "states_s"))
    floor = spent["prompts_tokens"] / profile.prompt + spent["writing_tokens"] / profile.together(STUDENTS)
    return {
        **spent,
        "python_s": round(spent["all_s"] - inside, 1),
        "outside_worker_s": round(max(times.ends) - spent["all_s"], 1),
        "by_measured_speeds_s": round(floor, 1),
    }


async def _ask_scheduler(scheduler: Scheduler, prompts: Sequence[Prompt]) -> Times:
    times = Times()

    async def ask(number: int, prompt: Prompt) -> None:
        started = False
        async with aclosing(scheduler.stream(Request(f"siswa{number}", prompt, ANSWER))) as events:
            async for event in events:
                if isinstance(event, Token) and not started:
                    started = True
                    times.first.append(time.monotonic() - times.began)
        times.tokens += event.tokens  # type: ignore[union-attr]
        times.ends.append(time.monotonic() - times.began)

    await asyncio.gather(*(ask(number, prompt) for number, prompt in enumerate(prompts)))
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=Config().model, help="an id of the catalogue (default: %(default)s)")
    parser.add_argument("--only", choices=["lock", "server", "ours"], help="measure one and keep nothing")
    only = parser.parse_args().only
    load = os.getloadavg()[0]
    measured = Measured(Config(home=Path(tempfile.mkdtemp()), model=parser.parse_args().model))
    measured.close()
    loads = measured.workloads
    result: dict[str, Any] = {"model": measured.model.id, "model_sha256": measured.model.sha256}
    if only in (None, "ours"):
        result["ours"] = ours(measured, loads)
    if only in (None, "server"):
        flags = () if measured.profile.repacked else ("--no-repack",)
        servers = {
            f"{slots} slots {' '.join(flags)}".strip(): llama_server(measured, loads, slots, *flags) for slots in SLOTS
        }
        best = min(SLOTS, key=lambda slots: servers[f"{slots} slots {' '.join(flags)}".strip()]["unique"]["wall_s"])
        if flags:
            servers[f"{best} slots"] = llama_server(measured, loads, best)
        result["llama_server"] = servers
    if only in (None, "lock"):
        result["lock"] = one_lock(measured, [loads[0], loads[1]])
    if only is None:
        result["ratios"] = ratios(result)
        write_results("inference", result, load)
        print(table(result))


def ratios(result: Mapping[str, Any]) -> dict[str, float]:
    """How many times faster ours is than the best server and than the lock, by wall time."""

    def server(name: str, figure: str = "wall_s") -> float:
        return min(float(one[name][figure]) for one in result["llama_server"].values())

    mine = result["ours"]
    found = {
        f"{name}_vs_server": server(name) / mine[name]["wall_s"] for name in ("unique", "class_cold", "class_warm")
    }
    for name in ("unique", "class_cold"):
        found[f"{name}_vs_lock"] = result["lock"][name]["wall_s"] / mine[name]["wall_s"]
    best = min(result["llama_server"].values(), key=lambda one: float(one["class_cold"]["wall_s"]))
    found["class_cold_first_token_p95_vs_server"] = (
        best["class_cold"]["first_token_p95_s"] / mine["class_cold"]["first_token_p95_s"]
    )
    return {name: round(value, 2) for name, value in found.items()}


def table(result: Mapping[str, Any]) -> str:
    """The figures side by side."""
    rows = {"ours": result["ours"], **{f"llama-server {name}": one for name, one in result["llama_server"].items()}}
    rows["one lock"] = result["lock"]
    lines = [f"{'':34} {'wall s':>8} {'tokens/s':>8} {'first p50':>9} {'p95':>6} {'total p50':>9} {'p95':>6}"]
    for load in ("unique", "class_cold", "class_warm"):
        for name, one in rows.items():
            if load in one:
                values = [
                    one[load][key] for key in ("wall_s", "tokens_per_s", "first_token_p50_s", "first_token_p95_s")
                ]
                values += [one[load][key] for key in ("total_p50_s", "total_p95_s")]
                lines.append(f"{load + ' ' + name:34} " + " ".join(f"{value:8.1f}" for value in values))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
