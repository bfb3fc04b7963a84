from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.sentence_vectors import key
from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.tutoring.excerpts import GAP, Reading, excerpts, focus, reading

TEXT = (
    "Kabel UTP dipakai di laboratorium. Panjangnya paling banyak seratus meter. "
    "Router menghubungkan dua jaringan yang berbeda. Modem mengubah sinyal. "
    "Kantin sekolah menjual gado-gado."
)
WORTH = {
    "Router menghubungkan dua jaringan yang berbeda.": 2.0,
    "Kabel UTP dipakai di laboratorium.": 1.0,
    "Modem mengubah sinyal.": 0.5,
}


def test_what_fits_stays_whole() -> None:
    assert excerpts(["satu", "dua"], {}, 1000) == ["satu", "dua"]


def test_the_best_sentence_is_kept() -> None:
    assert excerpts([TEXT], WORTH, 60) == ["Router menghubungkan dua jaringan yang berbeda."]


def test_what_was_left_out_between_two_sentences_is_shown() -> None:
    kept = f"Kabel UTP dipakai di laboratorium.{GAP}Router menghubungkan dua jaringan yang berbeda."
    assert excerpts([TEXT], WORTH, 95) == [kept]


def test_a_sentence_of_a_later_text_comes_before_the_rest_of_the_first() -> None:
    texts = ["Kantin buka pagi. " * 20, TEXT]
    assert excerpts(texts, WORTH, 60) == ["Router menghubungkan dua jaringan yang berbeda."]


def test_the_best_sentence_is_cut_before_a_worse_one_takes_its_place() -> None:
    best = "Router menghubungkan dua jaringan yang berbeda."
    assert excerpts([f"Modem kecil. {best}"], {best: 1.0}, 20) == [best[:20].strip()]


def test_what_two_passages_share_is_given_once() -> None:
    shared = "Router menghubungkan dua jaringan yang berbeda."
    texts = [f"{shared} Kabel itu mahal.", f"Sinyal itu lemah. {shared}"]
    found = excerpts(texts, {shared: 2.0, "Sinyal itu lemah.": 1.0}, 75)
    assert " ".join(found).count(shared) == 1
    assert "Sinyal itu lemah." in found[1]


def test_only_the_passages_with_the_best_sentences_are_read() -> None:
    texts = ["Kantin buka pagi.", "Modem mengubah sinyal.", "Router menghubungkan dua jaringan yang berbeda."]
    assert excerpts(texts, WORTH, 1000) == texts[1:]


def test_without_worth_the_first_text_is_read_first() -> None:
    texts = ["Satu kalimat pertama. Dua kalimat.", TEXT]
    assert excerpts(texts, {}, 45) == ["Satu kalimat pertama. Dua kalimat."]


def test_one_long_sentence_is_cut() -> None:
    assert excerpts(["kata " * 100], {}, 22) == ["kata kata kata kata ka"]


@given(
    st.lists(st.text(alphabet="ab .!?\n", min_size=1, max_size=400), max_size=6),
    st.dictionaries(st.text(alphabet="ab .!?", max_size=9), st.floats(-3, 3)),
    st.integers(1, 900),
)
def test_the_budget_holds(texts: list[str], worth: dict[str, float], budget: int) -> None:
    parts = excerpts(texts, worth, budget)
    assert sum(map(len, parts)) <= budget
    assert len(parts) <= len(texts)


def test_the_texts_that_are_read_are_known_by_their_places() -> None:
    assert focus(["Kantin sekolah itu besar.", "", TEXT, "Modem kecil."], {**WORTH, "Modem kecil.": 9.0}) == [2, 3]
    assert focus(["", "satu", "dua", "tiga"], {}) == [1, 2]
    assert focus(["", ""], {}) == []


def test_a_whole_passage_and_the_best_of_another() -> None:
    texts = ["Satu kalimat pendek. Kalimat kedua di sini.", "Yang lain lebih baik. Ia menjawab."]
    worth = {key(part): number for number, text in enumerate(texts) for part in sentences(text)}
    read = reading(texts, worth, 1000)
    assert read.page == texts[1]
    assert read.more == (texts[0],)
    assert reading(texts, worth, len(texts[1])).more == ()
    assert reading([texts[1]], worth, 1000) == Reading(texts[1], ())
    assert reading(["", ""], worth, 1000) == Reading("", ())


def test_a_slow_machine_reads_sentences_alone() -> None:
    texts = ["Satu kalimat pendek. Kalimat kedua di sini.", "Yang lain lebih baik. Ia menjawab."]
    worth = {key(part): number for number, text in enumerate(texts) for part in sentences(text)}
    read = reading(texts, worth, 25)
    assert read.page == ""
    assert read.more == tuple(excerpts(texts, worth, 25))
