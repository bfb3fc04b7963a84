"""Which of the readings of a page in its four turns is believed."""

from typing import cast

import pytest
from PIL import Image

from nexus_appliance.curriculum.pages import Scan, ScannedLine, Word
from nexus_appliance.curriculum.scans import BLANK
from nexus_appliance.knowledge import upright
from nexus_appliance.knowledge.scan_lines import BROKEN
from nexus_appliance.knowledge.tesseract import Tesseract
from nexus_appliance.knowledge.upright import Upright

PAGE = Image.new("L", (100, 100), 255)
ALONG, DOWN = (1000, 1000, 3000, 1500), (1000, 1000, 1500, 3000)
"""Boxes of words on the page as it was drawn."""


def scan(quality: float, box: tuple[int, int, int, int], words: int = 6, text: str = "kata") -> Scan:
    return Scan((ScannedLine(tuple(Word(text, box) for _ in range(words)), 10.0, 12.0),), quality)


class Readings:
    """What Tesseract would make of the page in each turn; `asked` are the turns that were tried."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **by_turn: Scan) -> None:
        self.by_turn = {int(name[1:]): one for name, one in by_turn.items()}
        self.asked: list[int] = []
        monkeypatch.setattr(upright, "recognise", self._recognise)

    def _recognise(self, *_: object, turn: int) -> Scan:
        self.asked.append(turn)
        return self.by_turn.get(turn, BLANK)


def read(reader: Upright) -> Scan:
    return reader.read(PAGE, PAGE, 1.0, cast(Tesseract, None))


def test_a_page_that_makes_sense_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = Readings(monkeypatch, t0=scan(0.9, ALONG))
    assert read(Upright()).quality == 0.9
    assert readings.asked == [0]


def test_words_that_stand_on_end_are_turned_however_well_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = Readings(monkeypatch, t0=scan(0.9, DOWN), t2=scan(0.9, DOWN), t1=scan(0.8, DOWN))
    assert read(Upright()).quality == 0.8
    assert readings.asked == [0, 2, 1]


def test_a_coarse_page_stays_upright_though_it_is_read_a_little_better_on_its_side(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Readings(monkeypatch, t0=scan(0.6, ALONG), t3=scan(0.61, ALONG), t1=scan(0.64, ALONG))
    assert read(Upright()).quality == 0.6


def test_the_best_of_level_readings_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    Readings(monkeypatch, t0=scan(0.5, ALONG), t2=scan(0.6, ALONG))
    assert read(Upright()).quality == 0.6


def test_a_stain_on_a_photograph_is_no_text_when_it_is_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    Readings(monkeypatch, t1=scan(0.9, DOWN, words=1))
    assert read(Upright()) is BLANK


def test_a_page_of_sums_has_no_word_that_tells_how_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = Readings(monkeypatch, t0=scan(0.9, ALONG, text="12"))
    assert read(Upright()).quality == 0.9
    assert readings.asked == [0]


@pytest.mark.parametrize("first", [BROKEN, scan(0.5, ALONG)])
def test_a_page_that_takes_long_is_not_turned(monkeypatch: pytest.MonkeyPatch, first: Scan) -> None:
    monkeypatch.setattr(upright, "TURNING_SECONDS", -1.0)
    readings = Readings(monkeypatch, t0=first, t2=scan(0.9, ALONG))
    assert read(Upright()) is first
    assert readings.asked == [0]
