"""Vectors of sentences beside a pack: made step by step, gone on with after a cut, never trusted when torn."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.sentence_vectors import LEAST, LONGEST, Filling, SentenceVectors, units
from tests.fakes import HashEncoder

WINDOWS = ["Kucing itu mamalia. Ia makan ikan.", "a. b.", "Ular tidak berkaki.\nUlar bertelur di pasir."]


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder()


def fill(path: Path, encoder: HashEncoder, windows: list[str] = WINDOWS, step: int = 1) -> SentenceVectors | None:
    filling = Filling(path, windows, encoder.identity.dimensions)
    while filling.step(encoder, step):
        pass
    return SentenceVectors.load(path, len(windows))


def test_each_window_has_the_vectors_of_its_sentences(tmp_path: Path, encoder: HashEncoder) -> None:
    vectors = fill(tmp_path / "a.sentences", encoder)
    assert vectors is not None
    found = vectors.of_windows([2, 0, 1])
    for row, window in enumerate(WINDOWS):
        expected = encoder.passages(units(window))
        assert found[row].shape == expected.shape
        assert np.allclose(found[row], expected, atol=1e-3)


@given(st.lists(st.text(alphabet="abc .!?\n", max_size=60), max_size=6), st.integers(1, 5))
def test_any_windows_come_back_whole(tmp_path_factory: pytest.TempPathFactory, windows: list[str], step: int) -> None:
    encoder = HashEncoder()
    vectors = fill(tmp_path_factory.mktemp("sentences") / "a.sentences", encoder, windows, step)
    assert vectors is not None
    found = vectors.of_windows(range(len(windows)))
    assert [len(found[row]) for row in range(len(windows))] == [len(units(window)) for window in windows]


def test_a_cut_loses_nothing_that_was_written(tmp_path: Path, encoder: HashEncoder) -> None:
    path = tmp_path / "a.sentences"
    first = Filling(path, WINDOWS, encoder.identity.dimensions)
    assert first.step(encoder, 2)
    assert SentenceVectors.load(path, len(WINDOWS)) is None
    second = Filling(path, WINDOWS, encoder.identity.dimensions)
    assert second.left == first.left == 2
    assert not second.step(encoder, 2)
    vectors = SentenceVectors.load(path, len(WINDOWS))
    assert vectors is not None
    assert np.allclose(vectors.of_windows([0])[0], encoder.passages(units(WINDOWS[0])), atol=1e-3)


def test_half_a_vector_is_written_again(tmp_path: Path, encoder: HashEncoder) -> None:
    path = tmp_path / "a.sentences"
    filling = Filling(path, WINDOWS, encoder.identity.dimensions)
    filling.step(encoder, 2)
    part = path.with_suffix(".part")
    part.write_bytes(part.read_bytes()[:-3])
    vectors = fill(path, encoder)
    assert vectors is not None
    assert np.allclose(vectors.of_windows([2])[2], encoder.passages(units(WINDOWS[2])), atol=1e-3)


def test_what_a_power_cut_left_as_zeros_is_written_again(tmp_path: Path, encoder: HashEncoder) -> None:
    path = tmp_path / "a.sentences"
    Filling(path, WINDOWS, encoder.identity.dimensions).step(encoder, 1)
    part = path.with_suffix(".part")
    part.write_bytes(part.read_bytes() + bytes(2 * encoder.identity.dimensions))
    vectors = fill(path, encoder)
    assert vectors is not None
    assert np.allclose(vectors.of_windows([0])[0], encoder.passages(units(WINDOWS[0])), atol=1e-3)


@given(place=st.integers(0, 2000), bit=st.integers(0, 7))
def test_a_flipped_bit_is_found_or_harmless(tmp_path_factory: pytest.TempPathFactory, place: int, bit: int) -> None:
    encoder = HashEncoder()
    path = tmp_path_factory.mktemp("flipped") / "a.sentences"
    fill(path, encoder, step=100)
    stored = bytearray(path.read_bytes())
    stored[place % len(stored)] ^= 1 << bit
    path.write_bytes(stored)
    vectors = SentenceVectors.load(path, len(WINDOWS))
    if vectors is not None:
        found = vectors.of_windows(range(len(WINDOWS)))
        assert all(rows.shape[1] == encoder.identity.dimensions for rows in found.values())


def test_a_part_of_another_pack_is_begun_anew(tmp_path: Path, encoder: HashEncoder) -> None:
    path = tmp_path / "a.sentences"
    Filling(path, ["Sama sekali lain. Dua kalimat."], encoder.identity.dimensions).step(encoder, 1)
    assert fill(path, encoder) is not None


@pytest.mark.parametrize("damage", ["torn", "longer", "rubbish", "empty"])
def test_a_spoiled_file_is_as_none(tmp_path: Path, encoder: HashEncoder, damage: str) -> None:
    path = tmp_path / "a.sentences"
    fill(path, encoder)
    whole = path.read_bytes()
    spoiled = {"torn": whole[:-1], "longer": whole + b"x", "rubbish": b"\x93NUMPY" + bytes(90), "empty": b""}
    path.write_bytes(spoiled[damage])
    assert SentenceVectors.load(path, len(WINDOWS)) is None


def test_the_file_of_another_pack_is_as_none(tmp_path: Path, encoder: HashEncoder) -> None:
    fill(tmp_path / "a.sentences", encoder)
    assert SentenceVectors.load(tmp_path / "a.sentences", len(WINDOWS) + 1) is None


def test_short_lines_have_none_and_long_ones_are_cut() -> None:
    long = "kata " * LONGEST
    assert units(f"{'x' * (LEAST - 1)}\n{long}") == [long[:LONGEST]]
