"""Chroma does what the exact index does, keeps its vectors in SQLite and never loads a model."""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from nexus_appliance.knowledge.vectors import RENEW_AFTER, ChromaIndex, CollectionGone, FloatArray, VectorIndex
from tests.fakes import ExactIndex


def unit_vectors(count: int, seed: int = 0) -> FloatArray:
    vectors = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[ChromaIndex]:
    index = ChromaIndex(tmp_path / "vectors", "tiny@000000000000")
    yield index
    index.close()


@pytest.fixture(params=["chroma", "exact"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> VectorIndex:
    found: VectorIndex = request.getfixturevalue("chroma") if request.param == "chroma" else ExactIndex()
    return found


def test_finds_the_nearest_with_their_cosines(index: VectorIndex) -> None:
    vectors = unit_vectors(300)
    for start in range(0, 300, 25):
        index.add("pack-a", range(start, start + 25), vectors[start : start + 25])
    question = unit_vectors(1, seed=1)[0]
    found = index.search("pack-a", question, 10)
    expected = np.argsort(-(vectors @ question))[:10]
    assert [row for row, _ in found] == expected.tolist()
    np.testing.assert_allclose([cosine for _, cosine in found], (vectors @ question)[expected], atol=1e-5)


def test_adding_a_row_again_replaces_it(index: VectorIndex) -> None:
    vectors = unit_vectors(4)
    index.add("pack-a", range(3), vectors[:3])
    index.add("pack-a", [1], vectors[3:])
    assert index.count("pack-a") == 3
    assert index.search("pack-a", vectors[3], 1)[0][0] == 1


def test_collections_come_and_go(index: VectorIndex) -> None:
    vectors = unit_vectors(2)
    index.add("pack-a", range(2), vectors)
    index.add("pack-b", range(1), vectors[:1])
    assert index.collections() == {"pack-a", "pack-b"}
    index.search("pack-a", vectors[0], 1)
    index.drop("pack-a")
    index.drop("pack-a")
    assert index.collections() == {"pack-b"}
    assert index.count("pack-a") == 0
    with pytest.raises(CollectionGone):
        index.search("pack-a", vectors[0], 1)


def test_vectors_survive_the_loss_of_the_graph(chroma: ChromaIndex, tmp_path: Path) -> None:
    vectors = unit_vectors(1500)
    for start in range(0, 1500, 250):
        chroma.add("pack-a", range(start, start + 250), vectors[start : start + 250])
    chroma.close()
    for folder in (tmp_path / "vectors").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    again = ChromaIndex(tmp_path / "vectors", "tiny@000000000000")
    assert again.count("pack-a") == 1500
    assert again.search("pack-a", vectors[1234], 1)[0][0] == 1234
    again.close()


def test_another_encoder_cannot_read_the_vectors(chroma: ChromaIndex, tmp_path: Path) -> None:
    chroma.add("pack-a", range(2), unit_vectors(2))
    chroma.close()
    other = ChromaIndex(tmp_path / "vectors", "other@111111111111")
    with pytest.raises(ValueError, match="conflict"):
        other.search("pack-a", unit_vectors(1)[0], 1)
    other.close()


def test_many_threads_read_while_one_writes(chroma: ChromaIndex) -> None:
    from concurrent.futures import ThreadPoolExecutor

    vectors = unit_vectors(400)
    chroma.add("pack-a", range(100), vectors[:100])

    def ask(row: int) -> int:
        return chroma.search("pack-a", vectors[row], 1)[0][0]

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, row % 100) for row in range(100)]
        for start in range(100, 400, 25):
            chroma.add("pack-b", range(start, start + 25), vectors[start : start + 25])
        assert [future.result() for future in asked] == [row % 100 for row in range(100)]
    assert chroma.count("pack-b") == 300


def segments(folder: Path) -> int:
    return sum(place.is_dir() for place in folder.iterdir())


def test_a_collection_that_is_gone_gives_its_room_back(tmp_path: Path, chroma: ChromaIndex) -> None:
    vectors = unit_vectors(100)
    for number in range(4):
        chroma.add(f"pack-{number}", range(100), vectors)
        chroma.search(f"pack-{number}", vectors[0], 1)
        if number:
            chroma.drop(f"pack-{number - 1}")
    assert segments(tmp_path / "vectors") == 1
    assert chroma.search("pack-3", vectors[7], 1)[0][0] == 7


def test_what_an_earlier_run_left_goes_at_the_start(tmp_path: Path, chroma: ChromaIndex) -> None:
    vectors = unit_vectors(10)
    chroma.add("pack-a", range(10), vectors)
    chroma.close()
    folder = tmp_path / "vectors"
    (left := folder / "01234567-89ab-cdef-0123-456789abcdef").mkdir()
    (folder / "catatan").mkdir()
    again = ChromaIndex(folder, "tiny@000000000000")
    assert not left.exists()
    assert (folder / "catatan").exists()
    assert again.search("pack-a", vectors[3], 1)[0][0] == 3
    again.close()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of open files")
def test_dropped_collections_do_not_stay_open(chroma: ChromaIndex) -> None:
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    vectors = unit_vectors(20)
    chroma.add("pack-kept", range(20), vectors)
    before = open_files()
    for number in range(3 * RENEW_AFTER):
        chroma.add(f"pack-{number}", range(20), vectors)
        chroma.search(f"pack-{number}", vectors[0], 1)
        chroma.drop(f"pack-{number}")
    assert open_files() - before < 4 * RENEW_AFTER + 8
    assert chroma.search("pack-kept", vectors[3], 1)[0][0] == 3


def test_searches_go_on_while_the_client_is_opened_anew(chroma: ChromaIndex) -> None:
    vectors = unit_vectors(50)
    chroma.add("pack-a", range(50), vectors)
    stop = threading.Event()
    found: list[int] = []

    def ask() -> None:
        while not stop.is_set():
            found.append(chroma.search("pack-a", vectors[5], 1)[0][0])

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask) for _ in range(3)]
        for _ in range(5):
            chroma._renew()
        stop.set()
        for one in asking:
            one.result()
    assert set(found) == {5}
