"""What an open page shows of one question, event by event."""

from dataclasses import replace

from nexus_appliance.tutoring.answers import Answer, AnswerEvent, Cited, Comparing, Text, cite
from tests.tutoring.fakes import PASSAGES
from tests.ui.student.classroom import Student
from ui.student.exchange import LiveExchange
from ui.student.turn_view import TurnView

CITED = cite(PASSAGES)
TURNED = tuple(replace(one, number=number) for number, one in enumerate(reversed(CITED), start=1))


def shown(student: Student, *events: AnswerEvent) -> LiveExchange:
    client = student.visitor.client
    assert client
    with client:
        exchange = LiveExchange(TurnView("Apa itu algoritma?", "informatika_10"), "Apa itu algoritma?")
        for event in events:
            exchange.take(event)
    return exchange


async def test_pages_are_compared_behind_the_text_and_may_change_places(student: Student) -> None:
    exchange = shown(student, Cited(CITED, refused=False), Text("Urutan langkah."), Comparing())
    await student.sees("Membandingkan halaman")
    with exchange.view.element:
        exchange.take(Cited(TURNED, refused=False))
        exchange.take(Answer("Urutan langkah. [2]", "answered", 0.9, TURNED))
    await student.misses("Membandingkan halaman")
    assert exchange.turn() is not None
    assert exchange.turn().citations == TURNED  # type: ignore[union-attr]
    words = student.words()
    assert words.count("Bagian 8") == words.count("Bagian 9") == 1
    assert words.index("Bagian 9") < words.index("Bagian 8")


async def test_where_words_alone_looked_it_is_said(student: Student) -> None:
    shown(student, Cited(CITED, refused=False, by_words=True))
    await student.sees("hanya kata-katamu yang dicari")


async def test_as_a_rule_nothing_is_said_of_how_pages_are_found(student: Student) -> None:
    shown(student, Cited(CITED, refused=False))
    await student.misses("sedang disiapkan ulang")
