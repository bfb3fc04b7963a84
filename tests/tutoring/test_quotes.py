from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.tutoring.quotes import quotation, with_quotation, without_quotation
from nexus_appliance.tutoring.support import Passages
from ui.markdown import safe_html

ROUTER = "Router menghubungkan dua jaringan yang berbeda alamatnya."
MODEM = "Modem mengubah sinyal analog menjadi sinyal digital."
TEXTS = [f"Pendahuluan singkat. {MODEM}", f"{ROUTER} Kantin sekolah menjual gado-gado setiap hari."]
WORTH = {ROUTER: 2.0, MODEM: 1.0}


def quoted(answer: str, texts: Sequence[str], worth: Mapping[str, float]) -> str:
    return with_quotation(answer, Passages(texts, "Apa itu router?"), worth)


def test_the_best_sentence_stands_below_a_doubtful_answer_with_its_number() -> None:
    assert quoted("Itu alat. [?]", TEXTS, WORTH) == f"Itu alat. [?]\n\n> “{ROUTER}” [2]"


def test_below_a_trusted_answer_stands_the_sentence_that_it_stands_on() -> None:
    assert quoted("Itu pengubah sinyal digital. [1]", TEXTS, WORTH).endswith(f"\n\n> “{MODEM}” [1]")
    assert quoted("Itu kantin sekolah. [2]", TEXTS, WORTH) == "Itu kantin sekolah. [2]"


def test_what_the_answer_says_already_is_not_said_again() -> None:
    answer = "Sebuah router menghubungkan dua jaringan dengan alamat yang berbeda. [2]"
    assert quoted(answer, TEXTS, WORTH) == answer


def test_an_empty_answer_and_unknown_sentences_get_no_quotation() -> None:
    assert quoted("", TEXTS, WORTH) == ""
    assert quoted("Itu alat. [?]", TEXTS, {}) == "Itu alat. [?]"
    assert quoted("Itu alat. [?]", ["Kalimat lain yang cukup panjang."], WORTH) == "Itu alat. [?]"


def test_headings_tables_and_code_are_not_quoted() -> None:
    listing = "for i := 0; i < 10; i++ {\n    fmt.Println(i)\n}"
    row = "Kota Bandung | Jawa Barat | 2,4 juta"
    texts = [f"Router\n\n{row}\nKota Medan Baru | Sumatra Utara | 2,5 juta\n\n{listing}"]
    worth = {"Router": 3.0, row: 2.0, listing.splitlines()[0]: 1.0}
    assert quoted("Itu alat. [?]", texts, worth) == "Itu alat. [?]"


def test_of_equal_sentences_the_first_passage_is_named() -> None:
    assert quoted("Itu alat. [?]", [ROUTER, ROUTER], WORTH).endswith("[1]")


def test_what_was_written_is_known_from_what_was_quoted() -> None:
    shown = quoted("Itu alat. [?]", TEXTS, WORTH)
    assert (without_quotation(shown), quotation(shown)) == ("Itu alat. [?]", f"> “{ROUTER}” [2]")
    assert (without_quotation("Itu alat. [?]"), quotation("Itu alat. [?]")) == ("Itu alat. [?]", "")


def test_a_book_cannot_write_markup_into_an_answer() -> None:
    hostile = "Klik [di sini](http://jahat.example) **sekarang** `juga` <b>ya</b> [9] # judul yang panjang."
    shown = quoted("Itu alat. [?]", [hostile], {hostile: 1.0})
    html = safe_html(shown)
    assert "<strong>" not in html
    assert "<code>" not in html
    assert "<b>" not in html
    assert "href" not in html
    assert "di sini" in html
    assert "[9]" not in html


@given(st.text(), st.text(min_size=25, max_size=300))
def test_any_text_of_a_book_stays_one_quotation(answer: str, sentence: str) -> None:
    plain = sentence.strip()
    shown = quoted(answer, [sentence], {plain: 1.0})
    assert without_quotation(shown) == answer or shown == answer
    assert shown.count("\n") - answer.count("\n") in (0, 2)


def test_exercises_and_questions_are_not_quoted() -> None:
    task, question = "5. Perankan dua router dan sebuah paket data.", "Apa yang dikerjakan sebuah router di jaringan?"
    assert quoted("Itu alat. [?]", [f"{task}\n{question}"], {task: 3.0, question: 2.0}) == "Itu alat. [?]"
    assert quoted("Itu alat. [?]", [*TEXTS, task], {**WORTH, task: 3.0}).endswith(f"> “{ROUTER}” [2]")
