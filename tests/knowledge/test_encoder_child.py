"""The real encoder in its child process, also when the child is killed."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest

from nexus_appliance.curriculum.encoder import Encoder
from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.knowledge import encoder_child
from nexus_appliance.knowledge.encoder_child import EncoderChild
from tests.knowledge.texts import ANIMALS, PLANETS


@pytest.fixture(scope="module")
def child() -> Iterator[EncoderChild]:
    child = EncoderChild(threads=1)
    yield child
    child.close()


def test_is_an_encoder_with_an_identity(child: EncoderChild) -> None:
    encoder: Encoder = child
    assert encoder.identity.dimensions == 384
    assert len(encoder.identity.sha256) == 64
    assert encoder.token_count("Apa itu algoritma?") >= 4
    assert encoder.room == 508


def test_the_right_passage_is_nearest(child: EncoderChild) -> None:
    texts = [*ANIMALS, *PLANETS]
    passages = child.passages(texts)
    assert passages.shape == (len(texts), 384)
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1.0, atol=1e-3)
    queries = child.queries(["Di mana komodo hidup?", "Planet apa yang memiliki cincin?"])
    assert np.argmax(queries @ passages.T, axis=1).tolist() == [2, 9]


def test_nothing_to_encode(child: EncoderChild) -> None:
    assert child.queries([]).shape == child.passages([]).shape == (0, 384)


def test_a_known_question_is_not_encoded_again(child: EncoderChild) -> None:
    first = child.queries(["Apa itu penyu?"])
    os.kill(child.pid, signal.SIGSTOP)
    try:
        again = child.queries(["Apa itu penyu?", "Apa itu penyu?"])
    finally:
        os.kill(child.pid, signal.SIGCONT)
    np.testing.assert_array_equal(again, np.concatenate([first, first]))


def test_killed_between_calls(child: EncoderChild) -> None:
    expected = child.passages(["gajah"])
    os.kill(child.pid, signal.SIGKILL)
    np.testing.assert_array_equal(child.passages(["gajah"]), expected)


def test_killed_during_a_call(child: EncoderChild) -> None:
    text = " ".join(ANIMALS * 4)
    expected = child.passages([text])
    before = child.pid
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(child.passages, [f"{text}"] * 8)
        time.sleep(0.3)
        assert not answer.done()
        os.kill(before, signal.SIGKILL)
        np.testing.assert_allclose(answer.result(), np.repeat(expected, 8, axis=0), atol=1e-6)
    assert child.pid not in (0, before)


def test_many_threads_get_their_own_answers(child: EncoderChild) -> None:
    questions = [f"Pertanyaan nomor {number} tentang hewan" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        together = np.concatenate(list(pool.map(lambda text: child.queries([text]), questions)))
    alone = np.concatenate([child.passages([])] + [EncoderChild.queries(child, [text]) for text in questions])
    np.testing.assert_array_equal(together, alone)


def test_a_child_that_keeps_dying_is_gone() -> None:
    child = EncoderChild(threads=1)
    child.queries(["satu"])
    ended = threading.Event()

    def killer() -> None:
        while not ended.is_set():
            with suppress(ProcessLookupError):  # it was reaped in between
                if child.pid:
                    os.kill(child.pid, signal.SIGKILL)
            time.sleep(0.005)

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        with pytest.raises(Unavailable) as gone:
            child.queries(["dua"])
    finally:
        ended.set()
        thread.join()
    assert gone.value.code is Failure.ENCODER_GONE
    assert child.queries(["dua"]).shape == (1, 384)
    child.close()


def test_a_child_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    child = EncoderChild(threads=1)
    child.queries(["satu"])
    monkeypatch.setattr(encoder_child, "ANSWER_LIMIT", 1.0)
    stopped = child.pid
    os.kill(stopped, signal.SIGSTOP)
    assert child.queries(["dua"]).shape == (1, 384)
    assert child.pid != stopped
    child.close()
