"""What kind of thing a question asks for, and whether a sentence holds one: words that a dictionary cannot match."""

import re
from typing import Literal

from nexus_appliance.knowledge.evidence import Rarity
from nexus_appliance.knowledge.tokens import stem

Kind = Literal["date", "number", "person", "place", "name", "reason", "definition", "other"]

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("date", re.compile(r"\b(?:kapan|tanggal|bulan apa|hari apa|abad (?:ke )?berapa|tahun (?:berapa|brp|apa))")),
    ("number", re.compile(r"\b(?:berapa|brp)")),
    ("person", re.compile(r"\bsiapa")),
    ("place", re.compile(r"\b(?:di|dari|ke) ?mana|\b(?:negara|kota|daerah|pulau) (?:mana|apa)|\bletak|\bterletak")),
    ("definition", re.compile(r"\bapa(?:kah)? itu\b|\bdimaksud|\bpengertian|\bdefinisi|\barti(?:nya)?\b")),
    ("name", re.compile(r"\bnama")),
    ("reason", re.compile(r"\b(?:mengapa|kenapa|knp|bagaimana|gimana|gmn)")),
)
"""The first that fits a question in lower case; "tahun berapa" is a date before it is a number."""

_MONTHS = "januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember"
_SIGNS: dict[Kind, re.Pattern[str]] = {
    "date": re.compile(rf"\b(?:1\d{{3}}|20\d{{2}})\b|\b(?:{_MONTHS}|abad|SM)\b", re.IGNORECASE),
    "number": re.compile(
        r"\d|\b(?:satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|ratus|ribu|juta|miliar)\b", re.IGNORECASE
    ),
    "place": re.compile(
        r"\b(?:di|ke|dari|kota|negara|provinsi|pulau|kabupaten|daerah|wilayah|ibukota|desa|kecamatan)\s+[A-Z]\w+"
    ),
    "reason": re.compile(r"\b(?:karena|sebab|akibat|sehingga|untuk|oleh|dengan)\b", re.IGNORECASE),
    "definition": re.compile(r"\b(?:adalah|ialah|merupakan|yaitu|yakni|disebut)\b", re.IGNORECASE),
}
_NAME = re.compile(r"(?<=[a-z0-9,)(\"] )[A-Z][\w'-]+|(?<=\()[A-Z]\w+")


def kind_of(question: str) -> Kind:
    """What a question asks for, by its words; "other" when they do not tell."""
    lowered = question.lower()
    return next((kind for kind, words in _KINDS if words.search(lowered)), "other")


def holds(kind: Kind, sentence: str, wanted: Rarity) -> bool:
    """Whether a sentence holds something of the kind: for a name one that the question (`wanted`) does not say."""
    sign = _SIGNS.get(kind)
    if sign is not None and sign.search(sentence):
        return True
    if kind in ("person", "place", "name"):
        return any(stem(name.lower()) not in wanted for name in _NAME.findall(sentence))
    return kind == "other"
