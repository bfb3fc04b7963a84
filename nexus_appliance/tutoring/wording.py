"""Whether two questions ask the same thing in other words: a guard that would rather miss ten than err once.

Vectors do not tell "sebelum" from "sesudah", 1945 from 1949, or "tidak" from nothing. So a question is brought into a
plain form: the kind of question, what is asked of the thing (its use, its kinds, an example), how often it denies, and
the things themselves in their order. Two questions are alike when these agree; only words that say nothing may differ.
"""

import re
from dataclasses import dataclass

from nexus_appliance.knowledge.informal import FORMS
from nexus_appliance.knowledge.tokens import stem, words

_SILENT = frozenset(
    """
    adalah aku anda apa apakah bahwa bisa dapat dari dalam ialah ini itu kamu kita merupakan mengenai nya oleh pada saja
    aja saya sebuah sih suatu tentang tersebut yaitu yakni yang
    """.split()  # noqa: SIM905
)
"""Words that may stand in one question and not in the other, wherever."""

_ENDS = frozenset(
    """
    apa artikan bantu beri berikan bu buatkan coba definisikan deskripsikan dong hai halo ibu jabarkan jelasin jelaskan
    kak kakak kan kasih mohon nah pak bapak paparkan sebutin sebutkan sih terangkan tolong tulis tuliskan uraikan ya
    """.split()  # noqa: SIM905
)
"""Words that only address or order, and only at the beginning or the end: "ibu" also stands in "ibu kota"."""

_MANNER = re.compile(r"\b(?:secara|dengan) (?:singkat|lengkap|rinci|jelas|sederhana)\b")

_DENIALS = frozenset("tidak tak bukan bukanlah belum tanpa kecuali selain jangan tiada non".split())  # noqa: SIM905

_KINDS = (
    ("when", r"\b(?:kapan|kapankah|tahun berapa(?:kah)?|tanggal berapa|bulan apa|tahun apa|abad berapa)\b"),
    ("who", r"\b(?:siapa|siapakah)\b"),
    ("where", r"\b(?:di ?mana(?:kah)?|ke ?mana|dari mana)\b"),
    ("why", r"\b(?:mengapa|mengapakah|kenapa|(?:apa )?alasan(?:nya)?|karena apa|apa sebab(?:nya)?)\b"),
    ("how_many", r"\b(?:berapa|berapakah|berapa banyak|berapa jumlah)\b"),
    ("how", r"\b(?:bagaimana|bagaimanakah|cara(?:nya)?|langkah(?:nya|-langkah|-langkahnya)?|tahap(?:an)?)\b"),
)
_ASKED_OF = (
    "yang|itu|arti|pengertian|definisi|maksud|fungsi|kegunaan|guna|manfaat|tujuan|beda|perbedaan|contoh|jenis|macam|"
    "ciri|syarat|peran|isi|nama|bunyi|penyebab|akibat|dampak"
)
_WHETHER = re.compile(rf"^apakah (?!(?:{_ASKED_OF})\b)")
_DEFINE = re.compile(
    r"\b(?:apa(?:kah)? itu|itu apa|adalah apa|apa adalah|(?:yang )?dimaksud(?: dengan)?|pengertian|definisi|"
    r"arti(?:nya)?(?: kata)?|makna(?: kata)?)\b"
)
_LIST = re.compile(r"\b(?:sebutkan|sebutin|apa saja|apa aja|macam-macam)\b")

_ASPECTS = {
    "fungsi": "use", "kegunaan": "use", "guna": "use", "gunanya": "use", "manfaat": "benefit", "faedah": "benefit",
    "perbedaan": "difference", "beda": "difference", "bedanya": "difference", "membedakan": "difference",
    "persamaan": "likeness", "contoh": "example", "contohnya": "example", "misal": "example",
    "jenis": "kinds", "jenis-jenis": "kinds", "macam": "kinds", "macam-macam": "kinds", "ragam": "kinds",
    "ciri": "marks", "ciri-ciri": "marks", "karakteristik": "marks", "tujuan": "aim", "syarat": "terms",
    "syarat-syarat": "terms", "kelebihan": "strengths", "keunggulan": "strengths", "keuntungan": "strengths",
    "kekurangan": "weaknesses", "kelemahan": "weaknesses", "kerugian": "losses", "peran": "part", "peranan": "part",
}  # fmt: skip
"""What may be asked of a thing, wherever it stands in the question."""

_MEANING = frozenset("arti artinya pengertian definisi makna".split())  # noqa: SIM905
"""Who asks what a thing means asks what it is."""

_CLITIC = re.compile(r"(?:nya|lah|kah)$")
_NO_CLITIC = frozenset(
    """
    adalah buah daerah hanya istilah jumlah langkah lembah limbah masalah pemerintah punya rendah salah sampah sejarah
    sekolah setengah tanah tanya wilayah
    """.split()  # noqa: SIM905
)
"""Words that only look as if they ended in -nya, -lah or -kah, or in what is left of one."""

_PASSIVE = re.compile(r"^di[a-z]{4,}$")
_BY_WHOM = re.compile(r"\boleh siapa\b")
_WHO_DOES = re.compile(r"\bsiapa(?:kah)?(?: saja)? yang (me[a-z]{4,})\b")
_SIGN = re.compile(r"[+*/=<>^×÷·√%]|(?<![^\W\d_])-|-(?![^\W\d_])")
"""What makes another formula: a minus is one unless it joins two words."""
_ALIKE = {
    "menciptakan": "membuat", "bagi": "untuk", "buat": "untuk", "pc": "komputer", "telpon": "telepon",
    "dibuat": "diciptakan", "dipakai": "digunakan", "memakai": "menggunakan", "pakai": "menggunakan",
    "menghitung": "hitung", "mencari": "cari", "berlangsung": "terjadi",
}  # fmt: skip
"""Words that mean the same wherever they stand in a question of a school."""

_JOINING = ("dan", "dengan", "antara", "atau")
_DOUBLE = re.compile(r"^([a-z]{3,})-\1$")


@dataclass(frozen=True, slots=True)
class Form:
    """A question without what says nothing: its kind, what is asked of the things, denials, things, and signs."""

    kind: str
    aspects: frozenset[str]
    denials: int
    things: tuple[str, ...]
    signs: tuple[str, ...]


def wording(question: str) -> str:
    """A question in small letters without marks, short forms spelled out: equal for those who typed the same."""
    spelled = (FORMS.get(word, word) for word in words(question))
    return " ".join(spelled)


def form(question: str) -> Form:
    """The plain form of a question that stands alone."""
    text = wording(question)
    heard = [_bare(word) for word in _inner(_without_kind(text).split())]
    aspects = frozenset(_ASPECTS[word] for word in heard if word in _ASPECTS)
    denials = sum(word in _DENIALS for word in heard)
    things = [_ALIKE.get(word, word) for word in heard if not _silent(word)]
    if aspects & {"difference", "likeness"}:
        things = sorted(word for word in things if word not in _JOINING)
    kind = _kind(text, bool(aspects), len(things))
    if kind == "who":
        things = _by_whom(text, things)
    return Form(kind, aspects, denials, tuple(things), tuple(_SIGN.findall(question)))


def _kind(text: str, aspects: bool, things: int) -> str:
    """What kind of answer is wanted; empty for a question of what or which."""
    for name, pattern in _KINDS:
        if re.search(pattern, text):
            return name
    if _WHETHER.search(text):
        return "whether"
    if aspects:
        return ""
    if _LIST.search(text):
        return "list" if things == 1 else ""
    return "define" if things == 1 or _DEFINE.search(text) else ""


def _without_kind(text: str) -> str:
    for _, pattern in _KINDS:
        text = re.sub(pattern, " ", text)
    return _DEFINE.sub(" ", _MANNER.sub(" ", text))


def _inner(heard: list[str]) -> list[str]:
    """What is left without words of address and order at both ends."""
    while heard and heard[0] in _ENDS:
        heard = heard[1:]
    while heard and heard[-1] in _ENDS:
        heard = heard[:-1]
    return heard


def _by_whom(text: str, things: list[str]) -> list[str]:
    """Who does something, and by whom it is done, is the same question: the deed comes first, without its prefix."""
    if does := _WHO_DOES.search(text):
        deed = does[1]
    elif _BY_WHOM.search(text) and (done := [word for word in things if _PASSIVE.match(word)]):
        deed = done[0]
    else:
        return things
    return [f"deed:{stem(deed)}", *(word for word in things if word != deed)]


def alike(first: Form, second: Form) -> bool:
    """Whether two questions ask the same; a question without a thing is like no other."""
    return bool(first.things) and first == second


def _silent(word: str) -> bool:
    return word in _SILENT or word in _ASPECTS or word in _MEANING or word in _DENIALS


def _bare(word: str) -> str:
    if word not in _NO_CLITIC and len(word) > 5:
        word = _CLITIC.sub("", word)
    doubled = _DOUBLE.match(word)
    return doubled[1] if doubled and word not in _ASPECTS else word
