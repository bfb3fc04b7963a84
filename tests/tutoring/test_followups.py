import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.tutoring.answers import Citation, Turn
from nexus_appliance.tutoring.followups import CARRIED, leans, ordinal, resolve


def citation(number: int, section: str) -> Citation:
    return Citation(number, "Buku", "buku.pdf", number * 10, str(number), section, f"Isi {section}.", 1.0)


CITATIONS = tuple(citation(number, section) for number, section in enumerate(("Bus", "Star", "Ring"), start=1))
ANSWER = "Ada tiga topologi:\n1. Bus memakai satu kabel. [1]\n2. Star memakai switch. [2]\n3. Ring berbentuk cincin."
TURN = Turn("Apa saja topologi jaringan?", ANSWER, CITATIONS, refused=False)
REFUSED = Turn("Siapa presiden Mars?", "", CITATIONS, refused=True)


@pytest.mark.parametrize(
    "question",
    [
        "jelaskan lagi yang kedua",
        "kenapa?",
        "Contohnya apa?",
        "apa fungsinya",
        "lanjutkan",
        "maksudnya gimana?",
        "yang terakhir",
        "Apa manfaatnya bagi sekolah?",
    ],
)
def test_a_question_that_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "Apa itu algoritma?",
        "Apa perbedaan var dan const di Go?",
        "Kapan Perang Dunia Kedua berakhir?",
        "Jelaskan perbedaan topologi bus dan topologi star",
        "Siapa presiden pertama Indonesia?",
        "Siapa penemu radio dan kapan tahunnya?",
        "Apa yang biasanya dimakan kucing?",
        "Apa nama ibu kota kerajaan yang kedua di pulau Jawa bagian tengah pada abad itu?",
    ],
)
def test_a_question_that_stands_alone(question: str) -> None:
    assert not leans(question)
    found = resolve(question, [TURN])
    assert (found.topic, found.asked) == (question, question)


def test_nothing_to_lean_on() -> None:
    assert resolve("jelaskan lagi yang kedua", []).leans is False


def test_the_second_item_of_the_answer() -> None:
    found = resolve("jelaskan lagi yang kedua", [TURN])
    assert found.topic == "Apa saja topologi jaringan? Star memakai switch."
    assert found.asked == "Jelaskan lebih lanjut: Star memakai switch."
    assert found.pointed is None


def test_the_last_item_of_the_answer() -> None:
    assert resolve("kalau yang terakhir?", [TURN]).topic.endswith("Ring berbentuk cincin.")


def test_after_a_refusal_it_points_at_the_nearest_page() -> None:
    found = resolve("jelaskan yang kedua", [REFUSED])
    assert found.pointed == CITATIONS[1]
    assert "Star" in found.topic
    assert found.asked == "Jelaskan Star."


def test_an_answer_without_a_list_points_at_its_citation() -> None:
    turn = Turn("Apa itu switch?", "Switch menghubungkan komputer.", CITATIONS, refused=False)
    assert resolve("jelaskan kutipan nomor 3", [turn]).pointed == CITATIONS[2]


def test_a_position_beyond_the_list_is_the_topic_and_the_question() -> None:
    turn = Turn("Apa itu switch?", "Switch.", (), refused=False)
    assert resolve("yang kelima?", [turn]).topic == "Apa itu switch? yang kelima?"


def test_a_bare_why_keeps_the_topic() -> None:
    found = resolve("kenapa begitu?", [TURN])
    assert found.topic == found.asked == "Apa saja topologi jaringan? kenapa begitu?"


def test_a_long_conversation_carries_its_newest_part() -> None:
    turn = Turn("kenapa? " * 200 + "Apa itu modem?", "Modem.", (), refused=False)
    found = resolve("contohnya apa?", [turn])
    assert found.asked.endswith("Apa itu modem? contohnya apa?")
    assert len(found.asked) <= CARRIED + len(" contohnya apa?")


@pytest.mark.parametrize(
    ("question", "position"), [("yang pertama", 0), ("nomor 3", 2), ("poin ke", None), ("langkah kelima", 4)]
)
def test_ordinals(question: str, position: int | None) -> None:
    assert ordinal(question) == position


@given(st.text(max_size=200))
def test_any_text_resolves(question: str) -> None:
    assert resolve(question, [TURN, REFUSED]).topic is not None
