"""The prompt of one question. Prompts are content, not translations: they are Indonesian whatever the screen says."""

import re
from collections.abc import Sequence

from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.tutoring.answers import Turn

SYSTEM = (
    "Kamu guru yang sabar. Jawab pertanyaan siswa dengan satu sampai tiga kalimat lengkap dalam bahasa Indonesia, "
    "memakai isi kutipan buku bernomor yang diberikan. Di akhir setiap kalimat tulis nomor kutipan asalnya dalam "
    "kurung siku."
)
"""One text for every question, so that its state in the model is computed once."""

STOP = ("\n\n[",)
"""Where the model begins to copy the layout of the prompt, the answer is over."""

TURN_CHARACTERS = 400
"""How much of the earlier answer a follow-up carries: prompt tokens are the cost."""

_CODE = re.compile(r"(```.*?(?:```|$)|`[^`\n]*`)", re.DOTALL)
_MARK = re.compile(r"\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")


def compose(excerpts: Sequence[str], question: str, turn: Turn | None = None) -> Prompt:
    """Numbered excerpts first (they repeat between students), then the earlier turn, then the question."""
    parts = [f"[{number}] {text}" for number, text in enumerate(excerpts, start=1)]
    if turn:
        parts.append(f"Pertanyaan sebelumnya: {turn.topic}\nJawaban sebelumnya: {turn.answer[:TURN_CHARACTERS]}")
    parts.append(f"Pertanyaan: {question}")
    return Prompt(system=SYSTEM, user="\n\n".join(parts))


def keep_real_marks(text: str, count: int) -> str:
    """Drop passage numbers that name no passage: a citation is only ever one of the `count` that were given.

    Code between backticks is left alone: there `a[0]` is an element of a list.
    """

    def checked(found: re.Match[str]) -> str:
        numbers = [int(number) for number in found[1].split(",")]
        real = [f"[{number}]" for number in dict.fromkeys(numbers) if 1 <= number <= count]
        return " " + "".join(real) if real else ""

    parts = _CODE.split(text)
    return "".join(part if index % 2 else _MARK.sub(checked, part) for index, part in enumerate(parts)).strip()
