"""What a class asks in a lesson: forty common questions in varying words, and as many new ones as one likes."""

import json
import random

from nexus_appliance.config import ASSETS

COMMON = 40
COMMON_SHARE = 0.6

_BEFORE = ("", "", "", "Pak, ", "tolong jelaskan ", "Kak, ")
_BEHIND = ("", "", "?", "??", " ya?", " sih?", " dong")
_NEW = (
    "Apa hubungan antara {one} dan {two}?",
    "Mengapa {one} penting bagi {two}?",
    "Bagaimana {one} memengaruhi {two}?",
    "Apa yang terjadi dengan {one} jika tidak ada {two}?",
    "Berikan contoh {one} yang memakai {two}",
    "Apa beda {one} dengan {two}?",
)
_THINGS = """
algoritma|pseudokode|diagram alir|variabel|perulangan|percabangan|dekomposisi|abstraksi|pengenalan pola|pencarian biner
|pencarian linear|pengurutan|router|switch|topologi bintang|topologi bus|alamat IP|protokol|enkripsi|kata sandi
|pencadangan|virus|perangkat lunak|sistem operasi|memori|prosesor|penyimpanan|bilangan biner|data|informasi|basis data
|internet|peramban|server|jaringan|kabel|nirkabel|fungsi|masukan|keluaran
"""


class Questions:
    """Draws one question after the other."""

    def __init__(self, dice: random.Random) -> None:
        lines = (ASSETS / "demo" / "questions.jsonl").read_text("utf-8").splitlines()
        cases = [json.loads(line) for line in lines]
        self._common = [case["question"] for case in cases if case["answerable"]][:COMMON]
        self._things = [thing.strip() for thing in _THINGS.replace("\n", "").split("|")]
        self._dice = dice

    def next(self) -> tuple[str, bool]:
        """A question, and whether it is one of the common ones."""
        if self._dice.random() < COMMON_SHARE:
            question = self._dice.choice(self._common).rstrip("?!. ")
            if self._dice.random() < 0.5:
                question = question[0].lower() + question[1:]
            return f"{self._dice.choice(_BEFORE)}{question}{self._dice.choice(_BEHIND)}", True
        one, two = self._dice.sample(self._things, 2)
        return self._dice.choice(_NEW).format(one=one, two=two), False
