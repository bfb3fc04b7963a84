"""What the books do not answer goes to the teacher."""

from nexus_appliance.school.callers import OPERATOR
from tests.ui.student.classroom import OFF_TOPIC, Student


def asked(student: Student) -> list[str]:
    return [one.question for one in student.room.appliance.inbox.list(OPERATOR, "informatika_10")]


async def test_a_refused_question_can_be_sent_once(student: Student) -> None:
    student.ask(OFF_TOPIC)
    await student.sees("Tanya guru")
    student.press("Tanya guru")
    await student.sees("Sudah dikirim ke guru")
    assert asked(student) == [OFF_TOPIC]


async def test_an_answer_of_the_books_offers_no_teacher(student: Student) -> None:
    student.ask("Apa itu algoritma?")
    await student.sees("Tanya lagi")
    await student.misses("Tanya guru")
