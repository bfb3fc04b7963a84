"""What follows on this machine for models of other sizes? `python -m benchmarks.shapes`: 135M, 1.5B, 3B and 8B.

The last two have random weights in the shape of Llama's (Q4_K; 1.8 and 4.5 GB in a temporary folder). For each: the
measured speeds, what the appliance makes of them, and how soon a lone question is answered then. Writes
results/shapes.json; about ten minutes on two cores.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.random_model import LLAMA_3B, LLAMA_8B, write
from benchmarks.results import write_results
from nexus_appliance.config import Config
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.language_model import Settings, Writing, Written
from nexus_appliance.inference.local_model import LocalModel
from nexus_appliance.inference.measuring import profile_of
from nexus_appliance.inference.pace import Pace
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.worker import MB
from nexus_appliance.tutoring.prompts import SYSTEM

WORDS = "Air laut menguap karena panas matahari, lalu menjadi awan dan turun sebagai hujan di pegunungan. "
QUESTION = "Mengapa hujan turun di pegunungan?"
WORDS_OF = "smollm2-135m-instruct-q4_1"
"""Whose words the random models know."""


def measure(path: Path, family: str, folder: Path) -> dict[str, Any]:
    """The speeds of a model file, what follows, and one question."""
    config = Config()
    began = time.monotonic()
    profile = profile_of(path, path.stem, folder, 0)
    measured = time.monotonic() - began
    sequences = profile.sequences(MB * config.model_memory // 2, config.model_context)
    model = LocalModel(
        path,
        family,
        system=SYSTEM,
        profile=profile,
        context=config.model_context,
        sequences=sequences,
        share=config.prompt_share,
        memory=MB * config.model_memory // 2,
    )
    pace = Pace(config.prompt_share)
    pace.begin(model.speeds)
    question = model.count(QUESTION)
    budget = pace.passage_budget(question, most=config.passage_tokens, target=config.first_token_target)
    answer = pace.answer_tokens(config.answer_tokens)
    found = {
        "file_GB": round(path.stat().st_size / 1e9, 2),
        "measured_in_s": round(measured, 1),
        "prompt_tokens_per_s": round(profile.prompt, 1),
        "generated_tokens_per_s": round(profile.generation, 1),
        "repacked": profile.repacked,
        "guesses": profile.guesses,
        "threads": profile.threads,
        "answers_at_once": sequences,
        "together_tokens_per_s": round(profile.together(sequences), 1),
        "passage_tokens": budget,
        "answer_tokens": answer,
        **_ask(model, budget, answer),
        "memory_MB": psutil.Process().memory_info().rss >> 20,
    }
    model.close()
    return found


def _ask(model: LocalModel, budget: int, answer: int) -> dict[str, float]:
    """One question with as much of a book as the budget allows: seconds to the first token and to the last."""
    passage = WORDS
    while model.count(passage) < budget:
        passage += WORDS
    began, first = time.monotonic(), 0.0
    for step in model.generate(Prompt(SYSTEM, f"{passage}\n\n{QUESTION}"), Settings(answer)):
        if isinstance(step, Writing) and not first:
            first = time.monotonic() - began
        if isinstance(step, Written):
            tokens = step.tokens
    return {"first_token_s": round(first, 1), "answer_s": round(time.monotonic() - began, 1), "tokens": tokens}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="only the models that are there, and keep nothing")
    small = parser.parse_args().small
    load = os.getloadavg()[0]
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for model_id in (WORDS_OF, Config().model):
            config = Config(home=folder, model=model_id)
            found[model_id] = measure(catalogue.locate(config), catalogue.chosen(config).template, folder)
            print(model_id, found[model_id], flush=True)
        for form in () if small else (LLAMA_3B, LLAMA_8B):
            path = folder / f"{form.name}.gguf"
            write(form, path, catalogue.locate(Config(home=folder, model=WORDS_OF)))
            found[form.name] = measure(path, "chatml", folder)
            print(form.name, found[form.name], flush=True)
            path.unlink()
    if not small:
        write_results("shapes", found, load)


if __name__ == "__main__":
    main()
