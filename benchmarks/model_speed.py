"""How fast does a language model read and write on this machine? Prints and keeps the figures."""

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.results import write_results
from nexus_appliance.config import Config
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.language_model import Settings, Step, Written
from nexus_appliance.inference.local_model import LocalModel
from nexus_appliance.inference.measuring import profile_of
from nexus_appliance.inference.model import Model
from nexus_appliance.inference.probe import Probes
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.worker import MB
from nexus_appliance.tutoring.prompts import SYSTEM

PASSAGE = "Air laut menguap karena panas matahari, lalu menjadi awan dan turun sebagai hujan di pegunungan. "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=Config().model, help="an id of the catalogue (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=0, help="0: as the appliance chooses")
    parser.add_argument("--tokens", type=int, default=400, help="prompt tokens of one question")
    parser.add_argument("--answer", type=int, default=64, help="tokens of one answer")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    result = measure(arguments.model, arguments.threads, arguments.tokens, arguments.answer, arguments.repeats)
    write_results("model_speed", {"model": arguments.model, **result}, load)


def measure(model_id: str, threads: int, tokens: int, answer: int, repeats: int) -> dict[str, object]:
    """Load the model and answer `repeats` different questions of `tokens` new prompt tokens each."""
    model, listed = load(model_id, threads)
    answers = [_answer(model.generate, _question(model.count, number, tokens), answer) for number in range(repeats)]
    speeds = model.speeds
    model.close()
    return {
        "model_sha256": listed.sha256,
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


def load(model_id: str, threads: int, *, probes: Probes | None = None) -> tuple[LocalModel, Model]:
    """A model of the catalogue for one answer at a time, measured now, and what is known of it."""
    config = Config(model=model_id, home=Path(tempfile.mkdtemp()))
    listed, path = catalogue.chosen(config), catalogue.locate(config)
    profile = profile_of(path, listed.sha256, config.home, threads)
    model = LocalModel(
        path,
        listed.template,
        system=SYSTEM,
        profile=profile,
        context=2048,
        sequences=1,
        share=config.prompt_share,
        memory=MB * config.model_memory // 2,
        probes=probes,
    )
    return model, listed


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


if __name__ == "__main__":
    main()
