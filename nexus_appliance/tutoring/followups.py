"""Understand a question that leans on the conversation ("jelaskan lagi yang kedua") without asking a model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from nexus_appliance.knowledge.passages import SECTION_SEPARATOR
from nexus_appliance.tutoring.answers import Citation, Turn
from nexus_appliance.tutoring.marks import without_marks

ORDINALS = {
    "pertama": 0, "kesatu": 0, "kedua": 1, "ketiga": 2, "keempat": 3, "kelima": 4, "keenam": 5, "terakhir": -1,
}  # fmt: skip
T = TypeVar("T")
_NUMBERED = re.compile(r"\b(?:nomor|nomer|no\.?|poin|butir|langkah|bagian|yang ke-?)\s*(\d{1,2})\b")
_ORDINAL = re.compile(
    r"\b(?:yang|nomor|poin|butir|langkah|bagian|hal|cara|jenis|contoh)\s+(" + "|".join(ORDINALS) + r")\b"
)
_BACK = re.compile(r"\b(tadi|tersebut|barusan|sebelumnya|di atas|jawabanmu|jawabannya)\b")
_PRONOUN = re.compile(r"\b\w{3,}nya\b")
_STEMS_IN_NYA = "akhirnya biasanya hanya misalnya punya sebaiknya sebenarnya seharusnya tanya umumnya"
_FILLERS = """
adalah agar aku alasannya apa apakah artinya atau bagaimana bedanya begitu beri berikan berikutnya bisa boleh buat
cara caranya coba contoh contohnya dan dengan detail detailnya di dong fungsinya gimana gmn gunanya hal hubungannya
ini itu jadi jelasin jelaskan jenisnya kak kalau kan kapan ke kegunaannya kekurangannya kelebihannya kenapa knp kok
lagi lain lainnya lalu langkahnya lanjut lanjutan lanjutkan lebih lengkap macamnya maksud maksudnya manfaatnya masa
masih mengapa mungkin nya pada pak bu paham penjelasannya rinci saja saya selanjutnya selengkapnya selain singkat
siapa sih soal tapi tentang terus tidak nggak gak tolong tujuannya untuk ya yaitu yakni yang
"""
_NO_PRONOUN = frozenset(_STEMS_IN_NYA.split())
_EMPTY = frozenset(_FILLERS.split())
"""Words that name no topic: a question made of nothing else can only be about what was said before."""
_WORD = re.compile(r"\w+")
_ITEM = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•])\s+(.+)$", re.MULTILINE)
CARRIED = 300
"""Characters of the earlier topic, its newest part, that a follow-up carries: prompt tokens are the cost."""
LONG_ENOUGH = 7
"""Words: a longer question stands alone, whatever it points at."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question with what it refers to filled in, so that it stands alone.

    `topic` is what the books are searched for, `asked` what the model is asked; `pointed` is the one citation that the
    question points at.
    """

    topic: str
    asked: str
    leans: bool = False
    pointed: Citation | None = None


def resolve(question: str, turns: Sequence[Turn]) -> Resolved:
    """Fill in what the question refers to from the last turn; a question that stands alone is left as it is."""
    if not turns or not leans(question):
        return Resolved(question, question)
    last = turns[-1]
    earlier = last.topic[-CARRIED:]
    position = ordinal(question)
    item = None if position is None or last.refused else _nth(_ITEM.findall(without_marks(last.answer)), position)
    if item:
        return Resolved(f"{earlier} {item}", f"Jelaskan lebih lanjut: {item}", leans=True)
    pointed = None if position is None else _nth(last.citations, position)
    if pointed:
        heading = pointed.section.rsplit(SECTION_SEPARATOR, 1)[-1]
        return Resolved(f"{pointed.section} {pointed.text}", f"Jelaskan {heading or 'kutipan itu'}.", True, pointed)
    return Resolved(f"{earlier} {question}", f"{earlier} {question}", leans=True)


def leans(question: str) -> bool:
    """Whether the question cannot be understood without the conversation."""
    words = _WORD.findall(question.lower())
    if not words or len(words) > LONG_ENOUGH:
        return False
    topic = [word for word in words if word not in _EMPTY and word not in ORDINALS and not word.isdigit()]
    return not topic or (len(topic) <= 2 and _points_back(question.lower()))


def _points_back(question: str) -> bool:
    """Whether a word stands for something said before: "yang kedua", "tadi", "rumusnya"."""
    pronouns = set(_PRONOUN.findall(question)) - _NO_PRONOUN
    return bool(pronouns or _BACK.search(question)) or ordinal(question) is not None


def ordinal(question: str) -> int | None:
    """The position that "yang kedua" or "nomor 3" names, from 0; -1 is the last; None when it names none."""
    lowered = question.lower()
    if found := _ORDINAL.search(lowered):
        return ORDINALS[found[1]]
    found = _NUMBERED.search(lowered)
    return int(found[1]) - 1 if found and int(found[1]) > 0 else None


def _nth(items: Sequence[T], position: int) -> T | None:
    return items[position] if -len(items) <= position < len(items) else None
