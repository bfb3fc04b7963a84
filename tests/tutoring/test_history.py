import pytest

from nexus_appliance.errors import NotAllowed
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Subject, User
from nexus_appliance.tutoring.answers import Answer, Citation
from nexus_appliance.tutoring.history import History

CITATION = Citation(1, "Fisika", "fisika.pdf", 14, "2", "Gaya", "Gaya adalah tarikan.", 0.9)


def answer(text: str) -> Answer:
    return Answer(text, "answered", 0.8, (CITATION,))


@pytest.fixture
def school(database: Database) -> tuple[History, Caller, Caller, int]:
    with database.write() as session:
        people = [User(username=name, password_hash="x", role="student", full_name=name) for name in ("ani", "budi")]
        subject = Subject(grade=10, name="Fisika", code="fisika_10")
        session.add_all([*people, subject])
    ani, budi = (Caller(Role.STUDENT, person.id, person.username) for person in people)
    return History(database), ani, budi, subject.id


def test_what_was_recorded_is_found_newest_first(school: tuple[History, Caller, Caller, int]) -> None:
    history, ani, _budi, subject = school
    for text in ("Apa itu gaya?", "Apa itu massa?"):
        history.record(ani, subject, text, answer(f"Jawaban {text}"))
    found = history.search(ani)
    assert [exchange.question for exchange in found] == ["Apa itu massa?", "Apa itu gaya?"]
    assert found[0].citations == (CITATION,)
    assert found[0].subject == "fisika_10"


def test_nobody_reads_another_student(school: tuple[History, Caller, Caller, int]) -> None:
    history, ani, budi, subject = school
    history.record(ani, subject, "Rahasia?", answer("ya"))
    assert history.search(budi) == []
    assert history.clear(budi, "fisika_10") == 0
    assert len(history.search(ani)) == 1


@pytest.mark.parametrize(
    ("text", "hits"), [("GAYA", 1), ("gaya itu", 1), ("100%", 1), ("%", 1), ("_", 0), ("massa", 0)]
)
def test_search_takes_words_literally(school: tuple[History, Caller, Caller, int], text: str, hits: int) -> None:
    history, ani, _budi, subject = school
    history.record(ani, subject, "Apa itu gaya?", answer("Gaya 100% tarikan."))
    assert len(history.search(ani, "fisika_10", text)) == hits


def test_clearing_deletes_the_own_rows_of_a_subject(school: tuple[History, Caller, Caller, int]) -> None:
    history, ani, _budi, subject = school
    history.record(ani, subject, "Apa?", answer("itu"))
    assert history.clear(ani, "kimia_10") == 0
    assert history.clear(ani, "fisika_10") == 1
    assert history.search(ani) == []


def test_the_operator_leaves_no_history(school: tuple[History, Caller, Caller, int]) -> None:
    history, ani, _budi, subject = school
    history.record(OPERATOR, subject, "Apa?", answer("itu"))
    assert history.search(ani) == []
    with pytest.raises(NotAllowed):
        history.search(OPERATOR)


def test_an_answer_about_a_subject_that_has_just_been_removed_is_forgotten(
    school: tuple[History, Caller, Caller, int],
) -> None:
    history, ani, _budi, subject = school
    history.record(ani, subject + 1, "Apa?", answer("itu"))
    assert history.search(ani) == []
