"""Scans for tests: pages of words side by side, as a reader of pictures gives them."""

from hypothesis import strategies as st

from nexus_appliance.curriculum.pages import FINE, Scan, ScannedLine, Word
from nexus_appliance.curriculum.scan_json import POINTS_LIMIT


def scan_of(*texts: str, size: float = 10.0, quality: float = 0.95) -> Scan:
    """A page of these lines, one every 20 points from the top of A4; each word is 400 steps wide."""
    return Scan(tuple(_line(number, text, size) for number, text in enumerate(texts)), quality)


def _line(number: int, text: str, size: float) -> ScannedLine:
    top = 500 + 240 * number
    words = enumerate(text.split())
    boxes = tuple(Word(word, (500 + 420 * place, top, 900 + 420 * place, top + 120)) for place, word in words)
    return ScannedLine(boxes, 800.0 - 20 * number, size)


EDGES = st.integers(0, FINE)
WORDS = st.builds(
    lambda text, across, down: Word(text, (min(across), min(down), max(across), max(down))),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=12),
    st.tuples(EDGES, EDGES),
    st.tuples(EDGES, EDGES),
)
POINTS = st.floats(0, POINTS_LIMIT)
LINES = st.builds(ScannedLine, st.lists(WORDS, max_size=4).map(tuple), POINTS, POINTS)
SCANS = st.builds(Scan, st.lists(LINES, max_size=4).map(tuple), st.floats(0, 1))
