"""How fast does a language model read and write on this machine? Prints a table, writes results/model_speed.json."""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path

from nexus_appliance.config import Config
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.language_model import Settings, Step, Written
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.scheduler import SYSTEM

RESULT = Path(__file__).parent / "results" / "model_speed.json"
PASSAGE = "Air laut menguap karena panas matahari, lalu menjadi awan dan turun sebagai hujan di pegunungan. "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=Config().model, help="an id of the catalogue (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=0, help="0: as the appliance chooses")
    parser.add_argument("--tokens", type=int, default=400, help="prompt tokens of one question")
    parser.add_argument("--answer", type=int, default=64, help="tokens of one answer")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    result = measure(arguments.model, arguments.threads, arguments.tokens, arguments.answer, arguments.repeats)
    for name, value in result.items():
        print(f"{name:28} {value}")
    kept = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({**kept, arguments.model: result}, indent=1) + "\n", "utf-8")


def measure(model_id: str, threads: int, tokens: int, answer: int, repeats: int) -> dict[str, object]:
    """Load the model and answer `repeats` different questions of `tokens` new prompt tokens each."""
    from nexus_appliance.inference.local_model import LocalModel

    config = Config(model=model_id)
    listed = catalogue.chosen(config)
    load = os.getloadavg()[0]
    model = LocalModel(
        catalogue.locate(config), listed.template, context=config.model_context, threads=threads, system=SYSTEM
    )
    answers = [_answer(model.generate, _question(model.count, number, tokens), answer) for number in range(repeats)]
    speeds = model.speeds
    model.close()
    return {
        "model_sha256": listed.sha256,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {_processor()}",
        "llama_cpp_python": importlib.metadata.version("llama-cpp-python"),
        "load_average_before": round(load, 2),
        "threads": speeds.threads,
        "load_and_measure_s": round(speeds.load, 2),
        "prompt_tokens_per_s": _median(answers, lambda told: (told.prompt_tokens - told.reused) / told.prompt_seconds),
        "generated_tokens_per_s": _median(answers, lambda told: told.tokens / told.generation_seconds),
        "prompt_tokens_per_s_at_load": round(speeds.prompt, 1),
        "generated_tokens_per_s_at_load": round(speeds.generation, 1),
        "new_prompt_tokens": [told.prompt_tokens - told.reused for told in answers],
        "remembered_prompt_tokens": [told.reused for told in answers],
        "prompt_s": _median(answers, lambda told: told.prompt_seconds),
    }


def _question(count: Callable[[str], int], number: int, tokens: int) -> Prompt:
    text = f"Kutipan {number}: "
    while count(text) < tokens:
        text += PASSAGE
    return Prompt(SYSTEM, text)


def _answer(generate: Callable[[Prompt, Settings], Iterable[Step]], prompt: Prompt, answer: int) -> Written:
    *_, told = generate(prompt, Settings(answer))
    assert isinstance(told, Written)
    return told


def _median(answers: list[Written], figure: Callable[[Written], float]) -> float:
    return round(statistics.median(figure(told) for told in answers), 2)


def _processor() -> str:
    """The processor's name as Linux tells it; elsewhere what Python knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


if __name__ == "__main__":
    main()
