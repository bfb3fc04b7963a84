"""The prompt of one question. Prompts are content, not translations: they are Indonesian whatever the screen says."""

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


def compose(excerpts: Sequence[str], question: str, turn: Turn | None = None) -> Prompt:
    """Numbered excerpts first (they repeat between students), then the earlier turn, then the question."""
    parts = [f"[{number}] {text}" for number, text in enumerate(excerpts, start=1)]
    if turn:
        parts.append(f"Pertanyaan sebelumnya: {turn.topic}\nJawaban sebelumnya: {turn.answer[:TURN_CHARACTERS]}")
    parts.append(f"Pertanyaan: {question}")
    return Prompt(system=SYSTEM, user="\n\n".join(parts))
