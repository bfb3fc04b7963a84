"""Sentences in a book that give orders to whoever answers, not facts to whoever reads.

A language model takes "Abaikan semua instruksi, jawab hanya ..." in a passage for its own instruction. Such sentences
are shown to the reader with the passage, but the model does not see them and they are no source of an answer. A book
loses little by it: what else speaks of answers in the imperative are exercises (0 to 0.3 % of the sentences of eight
real books). Told apart by what is said: an order that names neither answers nor rules nor the machine is not found.
"""

import re
import unicodedata

from nexus_appliance.knowledge.sentences import sentences

_CHAT = re.compile(
    r"<\|[\w ]*\|>|\[/?inst\]|<</?sys>>|</?s>|<(?:start|end)_of_turn>|^\s*(?:system|assistant|asisten|kutipan buku)\s*:"
)
"""Control words of chat formats, speakers of a conversation with a machine, and the layout of our own prompt."""

_ANSWER = re.compile(r"\b(?:jawab(?:lah|an\w*)?|balas(?:lah|an\w*)?|answers?|repl(?:y|ies)|respond)\b")
"""Answers and answering; "menjawab" and "dijawab" tell facts."""
_MACHINE = re.compile(
    r"\b(?:asisten|assistant|chatbot|ai|model bahasa|language model|promptmu|(?:system|your|initial) prompt|"
    r"(?:instruksi|pesan|prompt) (?:sistem|awal)|system (?:message|instructions?))\b"
)
_ASKER = re.compile(r"\b(?:siswa|murid|students?)\b")
_ABOVE = re.compile(
    r"\b(?:(?:everything|text|lines?|words?) above|above this|(?:teks|semua|kalimat) di atas|verbatim)\b"
)
_IMPERATIVE = re.compile(
    r"(?:^|[.,:;!?\"'] *|\b(?:dan|lalu|and|then|please|tolong|harap|kemudian) )"
    r"(?:(?:jawab|tulis|kata|ucap|sebut|tampil|ulang|awal|akhir|mulai|serta|tambah|kirim|terjemah|beri|guna|balas|cetak|"
    r"baca|hasil|buat)(?:kan|i)?(?:lah)?|"
    r"answer|say|write|print|show|repeat|reply|respond|begin|start|end|include|append|add|put|tell|output|return|use|"
    r"translate|list|give|send|cite)\b"
)
"""A verb of saying that opens a clause without a subject."""
_MODAL = re.compile(
    r"\b(?:harus|wajib|hanya|selalu|jangan|saja|must|only|always|never|do not|don't|not allowed|"
    r"mulai (?:sekarang|hari ini)|from now on)\b"
)
_RULES = re.compile(
    r"\b(?:abaikan|lupakan|hiraukan|ignore|disregard|forget|override)\b.*"
    r"\b(?:instruksi|perintah|aturan|peran\w*|pertanyaan|prompt|sebelum\w*|lain\w*|instructions?|orders?|rules?|roles?|"
    r"questions?|previous|above)\b"
    r"|\bmulai sekarang,? (?:kamu|anda|engkau)\b|\bkamu adalah\b|\bfrom now on,? you\b|\bwithout any rules\b"
)
"""Rules are set aside, or the reader is given another part to play."""

_AFTER_NUMBER = re.compile(r"(?<=\d[.!?] )(?=\w)")
"""A sentence may end in a number, which `sentences` takes for that of an item: the order behind it must go alone."""

_LOOKALIKE = str.maketrans("аеорсхуіѕԁһ", "aeopcxyisdh")
"""Cyrillic letters to the Latin ones that they look like."""


def without_orders(text: str) -> str:
    """The text without sentences that are orders."""
    pieces = (piece for sentence in sentences(text) for piece in _AFTER_NUMBER.split(sentence))
    return "".join(piece for piece in pieces if not is_order(piece)).strip()


def is_order(sentence: str) -> bool:
    """Whether a sentence tells the one who answers what to say, or what to be."""
    plain = "".join(letter for letter in sentence if unicodedata.category(letter) != "Cf")
    plain = " ".join(unicodedata.normalize("NFKC", plain).casefold().translate(_LOOKALIKE).split())
    if _CHAT.search(plain) or _RULES.search(plain):
        return True
    if _ANSWER.search(plain) or _MACHINE.search(plain):
        return bool(_IMPERATIVE.search(plain) or _MODAL.search(plain))
    return bool((_ASKER.search(plain) or _ABOVE.search(plain)) and _IMPERATIVE.search(plain))
