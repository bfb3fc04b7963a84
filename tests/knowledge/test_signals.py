"""The numbers by which one decides before the model."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.passages import Passage, Signals
from nexus_appliance.knowledge.signals import signals

PASSAGE = Passage(
    1,
    "Hewan",
    "hewan.pdf",
    4,
    None,
    "",
    "Komodo adalah kadal terbesar. Beratnya 70 kilogram. Ia makan rusa.",
    1.0,
    0.9,
    "a.0",
)
WANTED = {"komodo": 3.0, "berat": 2.0}


def found(question: str, wanted: dict[str, float], *texts: str) -> Signals:
    return signals(question, wanted, 0.9, [replace(PASSAGE, text=text) for text in texts or (PASSAGE.text,)])


def test_a_sentence_is_read_after_the_first_one_of_its_passage() -> None:
    one = found("Berapa berat komodo?", WANTED)
    assert (one.fitting, one.coverage, one.missing, one.total) == (1.0, 1.0, 0.0, 5.0)
    assert (one.words, one.length, one.asked) == (2, 3, 1.0)


def test_what_is_missing_counts_by_its_rarity_in_the_passage_that_lacks_least() -> None:
    wanted = {"komodo": 3.0, "umur": 2.5}
    one = found("Berapa umur komodo?", wanted, "Gajah berumur panjang.", "Komodo besar.")
    assert one.missing == 2.5
    assert one.asked == 1.0  # the first passage speaks of the age of something else
    assert found("Berapa umur komodo?", wanted).asked == 0.0


def test_no_passages_show_nothing() -> None:
    one = signals("Mengapa?", {}, 0.0, [])
    assert (one.coverage, one.fitting, one.missing, one.asked) == (0.0, 0.0, 0.0, 0.0)


@given(st.text(max_size=60), st.text(max_size=200))
def test_shares_stay_between_nothing_and_all(question: str, text: str) -> None:
    one = found(question, WANTED, text)
    assert 0 <= one.coverage <= 1
    assert 0 <= one.fitting <= 1
    assert 0 <= one.missing <= one.total == 5.0
