import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.curriculum import chunks as chunking
from nexus_appliance.curriculum.chunks import Chunk, Span, Window, chunk_sections
from nexus_appliance.curriculum.pages import Page
from nexus_appliance.curriculum.paragraphs import Mark
from nexus_appliance.curriculum.pieces import Border, pieces
from nexus_appliance.curriculum.sections import Section
from nexus_appliance.curriculum.tokens import TokenCounter

ROOM = 508


def count(text: str) -> int:
    """A tokenizer of three letters a token."""
    return -(-len(text) // 3) if text else 0


def cut(section: Section, room: int = ROOM) -> list[Chunk]:
    pages = [Page(index + 1, f"h{index}", ()) for index in range(40)]
    return list(itertools.chain.from_iterable(chunk_sections([section], pages, TokenCounter(count), room)))


def words(number: int, seed: int = 0) -> str:
    choose = random.Random(seed)
    text = ""
    for index in range(number):
        text += f"kata{choose.randrange(10 ** choose.randrange(1, 7))}"
        text += choose.choice([" ", " ", " ", ". Kemudian ", "\n", "\n\n"]) if index < number - 1 else "."
    return text


@given(st.integers(1, 2500), st.integers(0, 50), st.lists(st.floats(0.01, 0.99), max_size=6))
def test_chunks_and_windows_cover_the_text_within_their_sizes(number: int, seed: int, breaks: list[float]) -> None:
    text = words(number, seed)
    starts = sorted({0, *(int(share * len(text)) for share in breaks)})
    section = Section(("Bab",), text, tuple(Mark(start, page) for page, start in enumerate(starts)))
    tokens = TokenCounter(count)
    place = 0
    for chunk in cut(section):
        found = text.index(chunk.text, max(0, place - 4000))
        assert not text[place:found].strip()
        place = found + len(chunk.text)
        assert tokens(chunk.text) <= chunking.CHUNK_TOKENS + 2  # a cut inside a word counts it twice
        assert chunk.spans[0].start == 0
        covered = 0
        for index, window in enumerate(chunk.windows):
            assert not chunk.text[covered : window.start].strip()
            assert tokens(chunk.window_text(index)) <= chunking.WINDOW_TOKENS + 2
            assert chunk.window_span(index) in chunk.spans
            covered = window.end
        assert not chunk.text[covered:].strip()
    assert not text[place:].strip()


def test_neighbours_overlap_by_at_most_a_hundred_tokens() -> None:
    text = words(3000, 1)
    made = cut(Section((), text, (Mark(0, 0),)))
    tokens = TokenCounter(count)
    assert len(made) > 5
    for one, two in itertools.pairwise(made):
        start, end = text.index(two.text), text.index(one.text) + len(one.text)
        assert 40 <= tokens(text[start:end]) <= chunking.OVERLAP_TOKENS


def test_a_word_without_end_is_cut_rather_than_lost() -> None:
    text = "x" * 9000
    made = cut(Section((), text, (Mark(0, 0),)))
    assert all(window.end - window.start <= 3 * ROOM for chunk in made for window in chunk.windows)
    assert sum(len(chunk.text) for chunk in made) >= len(text)


def test_sections_never_share_a_chunk() -> None:
    one, two = (Section((name,), words(30, seed), (Mark(0, seed),)) for seed, name in enumerate("AB"))
    pages = [Page(1, "1", ()), Page(2, "2", ())]
    made = [chunk for chunks in chunk_sections([one, two], pages, TokenCounter(count), ROOM) for chunk in chunks]
    assert [(chunk.section, chunk.spans[0].page) for chunk in made] == [("A", 1), ("B", 2)]


def test_an_inserted_page_changes_only_its_section() -> None:
    parts = [Section((f"Bab {n}",), words(900, n), (Mark(0, n),)) for n in range(5)]
    changed = [*parts]
    changed[2] = Section(("Bab 2",), "Kalimat baru di awal. " + parts[2].text, (Mark(0, 2),))
    before, after = ({chunk.sha256 for part in book for chunk in cut(part)} for book in (parts, changed))
    assert len(after - before) <= len(cut(changed[2]))
    assert {chunk.sha256 for part in parts[3:] for chunk in cut(part)} <= after


CHUNK = Chunk(
    "aaaa bbbb cccc dddd",
    "Bab",
    (Span(0, 7, "5"), Span(5, 8, "6"), Span(15, 9, None)),
    (Window(0, 4), Window(0, 19), Window(8, 19)),
)


@pytest.mark.parametrize(("offset", "page"), [(0, 7), (4, 7), (5, 8), (14, 8), (15, 9), (99, 9)])
def test_the_page_of_an_offset(offset: int, page: int) -> None:
    assert CHUNK.page_at(offset).page == page


def test_the_page_of_a_window_is_where_most_of_it_stands() -> None:
    assert [CHUNK.window_span(index).page for index in range(3)] == [7, 8, 8]


def test_windows_prefer_to_end_with_the_page() -> None:
    text = "\n\n".join("Kalimat yang cukup panjang untuk dihitung. " * 4 for _ in range(6))
    middle = text.index("\n\n", len(text) // 3) + 2
    made = cut(Section((), text, (Mark(0, 0), Mark(middle, 1))))[0]
    assert any(window.start == middle for window in made.windows)


def test_pieces_end_at_sentences_but_not_at_abbreviations() -> None:
    text = "Menurut Prof. Budi hal itu benar. Lalu dr. Ani setuju! Selesai"
    found = [text[piece.start : piece.end] for piece in pieces(text, TokenCounter(count), 100)]
    assert found == ["Menurut Prof. Budi hal itu benar. ", "Lalu dr. Ani setuju! ", "Selesai"]


def test_borders_are_ranked() -> None:
    text = "Satu dua. Tiga\nempat\n\nlima"
    assert [piece.border for piece in pieces(text, TokenCounter(count), 100, [text.index("lima")])] == [
        Border.SENTENCE,
        Border.LINE,
        Border.PAGE,
        Border.PARAGRAPH,
    ]


@given(st.text(max_size=400), st.integers(1, 60))
def test_pieces_make_up_the_text(text: str, largest: int) -> None:
    found = pieces(text, TokenCounter(count), largest)
    assert "".join(text[piece.start : piece.end] for piece in found) == text
