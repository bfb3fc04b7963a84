import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.curriculum.parts import PART_LIMIT, Part, freeze, thaw, thaw_part
from nexus_appliance.curriculum.pdf_pieces import STREAM_BYTES, pieces_of


@given(st.binary(min_size=1, max_size=2000))
def test_what_is_frozen_thaws(content: bytes) -> None:
    assert thaw_part(freeze(content), Part.of(content)) == content


@given(st.binary(max_size=200))
def test_rubbish_is_no_frame(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        thaw(raw)


@given(st.binary(min_size=1, max_size=100), st.binary(min_size=1, max_size=10))
def test_nothing_may_follow_a_frame(content: bytes, more: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        thaw(freeze(content) + more)


def test_another_part_is_refused() -> None:
    with pytest.raises(ValueError, match="another part"):
        thaw_part(freeze(b"satu"), Part.of(b"tiga"))


def test_a_frame_that_hides_its_size_is_refused() -> None:
    frame = zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 1000)
    with pytest.raises(ValueError, match="too large"):
        thaw(frame)


def test_a_frame_beyond_the_limit_is_refused_before_it_unfolds() -> None:
    frame = zstandard.ZstdCompressor().compress(bytes(PART_LIMIT + 1))
    with pytest.raises(ValueError, match="too large"):
        thaw(frame)
    with pytest.raises(ValueError, match="too large"):
        freeze(bytes(PART_LIMIT + 1))
    with pytest.raises(ValueError, match="nothing"):
        freeze(b"")


STREAM = st.binary(max_size=3 * STREAM_BYTES).map(lambda content: b"stream\n" + content + b"endstream\n")


@given(st.lists(st.binary(max_size=40) | STREAM | st.sampled_from([b"stream\n", b"endstream"])).map(b"".join))
def test_pieces_make_the_file(pdf: bytes) -> None:
    pieces = list(pieces_of(pdf))
    assert b"".join(pieces) == pdf
    assert all(0 < len(piece) <= PART_LIMIT for piece in pieces)


def test_a_changed_stream_is_one_changed_piece() -> None:
    pages = [bytes([65 + n]) * 2000 for n in range(10)]

    def pdf(pages: list[bytes]) -> bytes:
        return b"%PDF" + b"".join(b"\n7 0 obj stream\r\n%s\nendstream endobj" % page for page in pages)

    old, new = set(pieces_of(pdf(pages))), set(pieces_of(pdf([*pages[:4], b"x" * 2100, *pages[5:]])))
    assert len(new - old) == 1


def test_a_long_stream_is_cut() -> None:
    pdf = b"stream\n" + b"x" * (PART_LIMIT * 2 + 5) + b"endstream"
    assert [len(piece) for piece in pieces_of(pdf)] == [7, PART_LIMIT, PART_LIMIT, 5, 9]
