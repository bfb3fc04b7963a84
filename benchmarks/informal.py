"""Is a question still understood as students type it? Paraphrases of the development set, with and without mending.

    python -m benchmarks.informal --data DIR [--cache DIR]

Each question loses capitals and its question mark, gets short or spoken forms of its small words (from a list of its
own, also forms that the product does not know), fillers, and a slip of the finger in one long word of two.
"""

import argparse
import os
import random
import re
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir
from unittest.mock import patch

from benchmarks.results import write_results
from benchmarks.retrieval import VOLUMES, ask
from benchmarks.shelves import temporary_shelves
from nexus_appliance.tutoring.cases import read_cases

QUESTIONS = 500
SPOKEN = {
    "bagaimana": ("gmn", "gmna", "gimana", "bgmn", "gmnaa"),
    "bagaimanakah": ("gmn", "gimana"),
    "mengapa": ("knp", "knapa", "napa", "kenapa"),
    "berapa": ("brp", "brpa", "brapa"),
    "berapakah": ("brp", "brapa"),
    "siapa": ("spa", "sapa", "siapaa"),
    "siapakah": ("sp", "siapa", "sapa"),
    "kapan": ("kpn", "kpan"),
    "kapankah": ("kpn", "kapan"),
    "dimana": ("dmn", "dmna", "di mana"),
    "dimanakah": ("dmn", "dmna"),
    "apakah": ("apa", "apaan", "ap"),
    "yang": ("yg", "yng"),
    "dengan": ("dgn", "dg"),
    "dari": ("dr", "dri"),
    "pada": ("pd", "pda"),
    "dalam": ("dlm",),
    "untuk": ("utk", "untk", "tuk"),
    "tahun": ("thn", "taun"),
    "dan": ("n", "dn"),
    "orang": ("org",),
    "tidak": ("gak", "nggak", "ga", "tdk"),
    "nama": ("nm", "namanya"),
    "pertama": ("prtama", "prtm"),
    "sudah": ("udah", "udh"),
    "disebut": ("dsebut", "disbut"),
}
FILLERS = ("", "", "", " sih", " dong", " kak", " ya", " tolong dong")
LONG = 6
"""Letters from which a word may get a slip."""


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks.informal")
    arguments.add_argument("--data", type=Path, help="the folder of the developers' set")
    arguments.add_argument("--cache", type=Path, default=Path(gettempdir()) / "nexus-benchmarks")
    given = arguments.parse_args()
    if given.data is None:
        print("benchmarks.informal: not run (give --data DIR)")
        return
    load = os.getloadavg()[0]
    chance = random.Random(4)
    reserved = {case.id for case in read_cases(given.data / "qa" / "core_450.jsonl")}
    every = read_cases(given.data / "qa" / "questions_ensiklopedia_pages.jsonl")
    written = chance.sample([case for case in every if case.answerable and case.id not in reserved], QUESTIONS)
    typed = [replace(case, text=informal(case.text, chance)) for case in written]
    with temporary_shelves(given.cache) as shelves:
        subject = shelves.add("literasi", [given.data / "corpus" / name for name in VOLUMES])
        figures = {
            "as written": ask(shelves, subject, written).figures(),
            "typed": ask(shelves, subject, typed).figures(),
        }
        with patch("nexus_appliance.knowledge.search.formal", lambda question, _known: question):
            figures["as written, not mended"] = ask(shelves, subject, written).figures()
            figures["typed, not mended"] = ask(shelves, subject, typed).figures()
    write_results("informal", {"questions": QUESTIONS, "examples": [case.text for case in typed[:5]], **figures}, load)


def informal(question: str, chance: random.Random) -> str:
    """A question as a student types it in a hurry."""
    words = [_spoken(word, chance) for word in re.findall(r"[\w-]+|[^\w\s]", question.lower().rstrip(" ?"))]
    return " ".join(words) + chance.choice(FILLERS)


def _spoken(word: str, chance: random.Random) -> str:
    if word in SPOKEN:
        return chance.choice(SPOKEN[word])
    return _slip(word, chance) if len(word) >= LONG and word.isalpha() and chance.random() < 0.5 else word


def _slip(word: str, chance: random.Random) -> str:
    """A letter lost, doubled, or changed with its neighbour; the first one is seldom wrong."""
    place = chance.randrange(1, len(word) - 1)
    left, letter, right = word[:place], word[place], word[place + 1 :]
    return chance.choice([left + right, left + letter + letter + right, left + right[0] + letter + right[1:]])


if __name__ == "__main__":
    main()
