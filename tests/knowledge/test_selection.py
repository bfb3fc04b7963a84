"""Windows that follow each other become one passage, if they are cited at the same page."""

import pytest

from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.knowledge.lexical import Postings
from nexus_appliance.knowledge.retrieval import Candidate
from nexus_appliance.knowledge.selection import select
from nexus_appliance.knowledge.shelf import ShelvedPack

FIRST = "Komodo hidup di pulau. " * 6
SECOND = "Komodo makan rusa dan babi. " * 6
THIRD = "Komodo bertelur di lubang. " * 6
TEXT = FIRST + SECOND + THIRD
ENDS = (len(FIRST), len(FIRST + SECOND), len(TEXT))
WANTED = {"komodo": 1.0}


def shelved(*pages: int) -> ShelvedPack:
    """One chunk of three windows, each on the page given for it."""
    starts = (0, *ENDS[:2])
    windows = tuple(Window(start, len(TEXT[:end].rstrip())) for start, end in zip(starts, ENDS, strict=True))
    spans = [Span(0, pages[0], None)]
    for start, page in zip(starts[1:], pages[1:], strict=True):
        if page != spans[-1].page:
            spans.append(Span(start, page, None))
    chunk = Chunk(text=TEXT, section="Komodo", spans=tuple(spans), windows=windows)
    rows = ((0, 0), (0, 1), (0, 2))
    postings = Postings.build([chunk.window_text(window) for _, window in rows])
    return ShelvedPack(
        pack_id=1,
        note=False,
        collection="c",
        title="Hewan",
        filename="hewan.pdf",
        checksum="a" * 64,
        source_sha256="b" * 64,
        page_count=3,
        scanned=frozenset(),
        chunks=(chunk,),
        windows=rows,
        postings=postings,
    )


def ranked(*rows: int) -> list[tuple[Candidate, float]]:
    return [(Candidate((0, row), 0.9, 1.0), 1.0 - place / 10) for place, row in enumerate(rows)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_neighbours_on_one_page_are_one_passage_in_reading_order(order: tuple[int, int]) -> None:
    (found,) = select([shelved(4, 4, 4)], ranked(*order), WANTED, 5)
    assert found.text == (FIRST + SECOND).rstrip()
    assert found.key.endswith(f".{order[0]}")
    assert found.page == 4


def test_a_whole_chunk_comes_together() -> None:
    (found,) = select([shelved(4, 4, 4)], ranked(1, 2, 0), WANTED, 5)
    assert found.text == TEXT.rstrip()


def test_windows_that_do_not_touch_or_lie_on_other_pages_stay_apart() -> None:
    assert [passage.text for passage in select([shelved(4, 4, 4)], ranked(0, 2), WANTED, 8)] == [
        FIRST.rstrip(),
        THIRD.rstrip(),
    ]
    assert [passage.page for passage in select([shelved(4, 5, 6)], ranked(0, 1, 2), WANTED, 5)] == [4, 5, 6]
