"""The prompt of one question. Prompts are content, not translations: they are Indonesian whatever the screen says."""

from collections.abc import Sequence

from nexus_appliance.inference.prompt import Prompt

SYSTEM = (
    "Kamu guru yang sabar. Jawab pertanyaan siswa dengan satu sampai tiga kalimat lengkap dalam bahasa Indonesia, "
    "hanya dari isi kutipan buku yang diberikan."
)
"""One text for every question, so that its state in the model is computed once. It asks for no passage numbers: with
numbered passages the model copied headings and layout instead of answering; `marks` finds the sources."""

_FROM_BOOK = "Kutipan buku:\n"

STOP = ("\n\nKutipan buku:", "\n\nPertanyaan:")
"""Where the model begins to copy the layout of the prompt, the answer is over."""


def compose(excerpts: Sequence[str], question: str, page: str = "") -> Prompt:
    """A whole `page` first, whose state is kept for others who ask about it; then excerpts, then the question."""
    parts = [*(f"{_FROM_BOOK}{text}" for text in excerpts), f"Pertanyaan: {question}"]
    return Prompt(SYSTEM, "\n\n".join(parts), (f"{_FROM_BOOK}{page}\n\n",) if page else ())
