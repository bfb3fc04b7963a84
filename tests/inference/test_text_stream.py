from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.inference.text_stream import TextStream

texts = st.text(st.sampled_from("ab[]🙂é\n"), max_size=40)


def pieces(text: str, sizes: list[int]) -> list[bytes]:
    raw, cut = text.encode(), []
    for size in sizes:
        cut.append(raw[:size])
        raw = raw[size:]
    return [*cut, raw]


@given(texts, st.lists(st.integers(0, 5), max_size=40), st.lists(texts.filter(bool), max_size=3))
def test_pieces_in_any_cut_give_the_text_up_to_the_first_stop(text: str, sizes: list[int], stop: list[str]) -> None:
    stream = TextStream(tuple(stop))
    shown = "".join(stream.feed(piece) for piece in pieces(text, sizes)) + stream.end()
    places = [place for word in stop if (place := text.find(word)) >= 0]
    assert stream.stopped == bool(places)
    if not places:
        assert shown == text
    else:
        assert text.startswith(shown)
        assert not any(word in shown for word in stop)


@given(texts, st.lists(st.integers(0, 5), max_size=40))
def test_nothing_shown_is_ever_taken_back_or_held_without_reason(text: str, sizes: list[int]) -> None:
    stream, fed = TextStream(), b""
    shown = ""
    for piece in pieces(text, sizes):
        fed += piece
        shown += stream.feed(piece)
        assert shown == fed.decode("utf-8", "ignore")


def test_half_a_character_at_the_end_is_dropped() -> None:
    stream = TextStream()
    assert stream.feed("laut 🌊".encode()[:-2]) == "laut "
    assert stream.end() == ""


def test_a_possible_stop_is_held_until_it_is_certain() -> None:
    stream = TextStream(("\n\nSoal",))
    assert stream.feed(b"awan\n") == "awan"
    assert stream.feed(b"\nSo") == ""
    assert stream.feed(b"re") == "\n\nSore"
    assert stream.feed(b"\n\nSoal 2") == ""
    assert stream.stopped
    assert stream.feed(b"lagi") == stream.end() == ""


def test_bytes_that_are_no_text_do_not_stop_it() -> None:
    stream = TextStream()
    assert stream.feed(b"a\xffb") == "a\ufffdb"
