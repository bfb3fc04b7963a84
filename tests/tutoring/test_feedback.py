"""Ratings of students, and what their teachers see of them."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from nexus_appliance.errors import Failure, NexusError, NotAllowed
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import AnswerRating
from nexus_appliance.tutoring.answers import Answer, Citation
from nexus_appliance.tutoring.history import History
from nexus_appliance.tutoring.ratings import COMMENT_LIMIT, Rating, Ratings
from nexus_appliance.tutoring.reviews import Kind, Reviews
from tests.knowledge.books import add_subject

CITATION = Citation(1, "Hewan", "hewan.pdf", 3, "3", "Komodo", "Komodo hidup di NTT.", 0.9, "k.0")
POOR = Rating(helpful=False, reason="wrong", comment="Bukan itu.")
GOOD = Rating(helpful=True)

Person = Callable[..., Caller]


class Desk:
    """A subject with a student and a teacher."""

    def __init__(self, database: Database, person: Person) -> None:
        self.database = database
        self.subject = add_subject(database)
        self.student = person(Role.STUDENT, "siti")
        self.teacher = person(Role.TEACHER, "guru", teaches=[self.subject])
        self.history, self.ratings, self.reviews = History(database), Ratings(database), Reviews(database)

    def turn(self, question: str, outcome: str = "answered", caller: Caller | None = None) -> int:
        answer = Answer("Di NTT [1].", outcome, 0.8, (CITATION,))
        return self.history.record(caller or self.student, self.subject, question, answer)

    def seen(self, kind: Kind = "open", limit: int = 50) -> list[str]:
        return [one.question for one in self.reviews.list(self.teacher, "biologi_7", kind, limit)]

    def rating(self) -> Rating | None:
        return self.history.search(self.student)[0].rating


@pytest.fixture
def desk(database: Database, person: Person) -> Desk:
    return Desk(database, person)


def code(call: Callable[..., object], *arguments: object) -> Failure:
    with pytest.raises(NexusError) as caught:
        call(*arguments)
    return caught.value.code


def test_a_rating_is_kept_changed_and_taken_back(desk: Desk) -> None:
    turn = desk.turn("Di mana komodo hidup?")
    assert desk.rating() is None
    desk.ratings.rate(desk.student, turn, POOR)
    assert desk.rating() == POOR
    desk.ratings.rate(desk.student, turn, Rating(helpful=True, reason="wrong", comment="Bukan."))
    assert desk.rating() == GOOD, "reason and words belong to a thumb down"
    desk.ratings.withdraw(desk.student, turn)
    desk.ratings.withdraw(desk.student, turn)
    assert desk.rating() is None


def test_only_the_own_finished_turn_is_rated(desk: Desk, person: Person) -> None:
    turn, stopped = desk.turn("Apa?"), desk.turn("Apa lagi?", "stopped")
    other = person(Role.STUDENT, "budi")
    for caller, number in ((other, turn), (desk.student, stopped), (desk.student, 0), (desk.student, 10**12)):
        assert code(desk.ratings.rate, caller, number, POOR) is Failure.TURN_UNKNOWN
        assert code(desk.ratings.withdraw, caller, number) is Failure.TURN_UNKNOWN
    with pytest.raises(NotAllowed):
        desk.ratings.rate(desk.teacher, turn, POOR)
    assert desk.seen() == []


def test_what_a_browser_sends_is_checked(desk: Desk) -> None:
    turn = desk.turn("Apa?")
    assert code(desk.ratings.rate, desk.student, turn, Rating(False, "<script>")) is Failure.RATING_INVALID
    long = Rating(False, "wrong", "a" * (COMMENT_LIMIT + 1))
    assert code(desk.ratings.rate, desk.student, turn, long) is Failure.TEXT_TOO_LONG
    desk.ratings.rate(desk.student, turn, Rating(False, "unclear", " dua\n\x00baris "))
    assert desk.rating() == Rating(False, "unclear", "dua baris")


def test_teachers_see_refused_and_poorly_rated_questions_newest_first(desk: Desk) -> None:
    for number, (outcome, rating) in enumerate(
        [("answered", POOR), ("refused", None), ("answered", GOOD), ("refused", GOOD), ("refused", POOR)]
    ):
        turn = desk.turn(str(number), outcome)
        if rating:
            desk.ratings.rate(desk.student, turn, rating)
    desk.turn("5")
    desk.turn("6", "passages")
    assert desk.seen() == ["4", "1", "0"]
    assert desk.seen("rated") == ["4", "0"]
    assert desk.seen("refused") == ["4", "1"]
    assert desk.seen(limit=2) == ["4", "1"]
    assert desk.seen(limit=-1) == ["4"]


def test_a_review_tells_all_of_the_answer_and_nothing_of_the_child(desk: Desk) -> None:
    desk.ratings.rate(desk.student, desk.turn("Di mana komodo hidup?"), POOR)
    (review,) = desk.reviews.list(desk.teacher, "biologi_7")
    assert (review.response, review.citations, review.rating) == ("Di NTT [1].", (CITATION,), POOR)
    assert "siti" not in repr(review).lower()


def test_what_teachers_ask_themselves_is_nothing_to_look_at(desk: Desk) -> None:
    desk.turn("Percobaan", "refused", desk.teacher)
    assert desk.seen() == []


def test_handled_is_undone_and_ends_with_a_new_verdict(desk: Desk) -> None:
    turn = desk.turn("Apa itu anoa?", "refused")
    desk.reviews.handle(desk.teacher, turn)
    desk.reviews.handle(desk.teacher, turn)
    assert (desk.seen(), desk.seen("handled")) == ([], ["Apa itu anoa?"])
    desk.reviews.reopen(desk.teacher, turn)
    desk.reviews.reopen(desk.teacher, turn)
    assert desk.seen() == ["Apa itu anoa?"]
    desk.reviews.handle(desk.teacher, turn)
    desk.ratings.rate(desk.student, turn, POOR)
    assert desk.seen() == ["Apa itu anoa?"]
    desk.reviews.handle(desk.teacher, turn)
    desk.ratings.rate(desk.student, turn, GOOD)
    assert (desk.seen(), desk.seen("handled")) == ([], [])


def test_a_teacher_of_another_subject_sees_and_does_nothing(desk: Desk, person: Person) -> None:
    turn = desk.turn("Apa?", "refused")
    other = person(Role.TEACHER, "lain", teaches=[add_subject(desk.database, "fisika_7")])
    for call in (desk.reviews.handle, desk.reviews.reopen):
        assert code(call, other, turn) is Failure.NOT_ALLOWED
        assert code(call, desk.teacher, 10**12) is Failure.TURN_UNKNOWN
    assert code(desk.reviews.list, other, "biologi_7") is Failure.NOT_ALLOWED


def test_a_history_that_is_deleted_takes_its_ratings_with_it(desk: Desk) -> None:
    desk.ratings.rate(desk.student, desk.turn("Apa?"), POOR)
    desk.history.clear(desk.student, "biologi_7")
    assert desk.seen() == []
    with desk.database.read() as session:
        assert session.scalar(select(func.count()).select_from(AnswerRating)) == 0


def test_open_pages_hear_of_it(desk: Desk) -> None:
    heard: list[frozenset[str]] = []
    desk.database.subscribe(heard.append)
    turn = desk.turn("Apa?", "refused")
    desk.ratings.rate(desk.student, turn, POOR)
    desk.reviews.handle(desk.teacher, turn)
    desk.history.clear(desk.student, "biologi_7")
    assert all("reviews" in topics for topics in heard)
    assert len(heard) == 4
