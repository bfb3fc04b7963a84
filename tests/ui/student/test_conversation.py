"""Several turns about one subject."""

from tests.ui.student.classroom import OFF_TOPIC, Student


async def test_a_follow_up_is_understood_from_the_turn_before(student: Student) -> None:
    student.ask("Apa itu algoritma?")
    await student.until(lambda: student.words().count("Tanya lagi") == 1)
    student.ask("jelaskan lagi yang kedua")
    await student.until(lambda: student.words().count("Tanya lagi") == 2)
    latest = student.room.appliance.history.search(student.room.caller())[0]
    assert latest.question == "jelaskan lagi yang kedua"
    assert "Pertanyaan: Jelaskan 1." in latest.response


async def test_a_follow_up_after_a_refusal_points_at_the_pages_shown(student: Student) -> None:
    student.ask(OFF_TOPIC)
    await student.sees("Ini tidak ada di buku kelasmu")
    second = student.room.appliance.history.search(student.room.caller())[0].citations[1]
    student.ask("jelaskan yang kedua")
    await student.until(lambda: student.words().count("Tanya lagi") == 2)
    latest = student.room.appliance.history.search(student.room.caller())[0]
    assert latest.outcome == "answered"
    assert latest.citations[0].text == second.text


async def test_a_new_conversation_forgets_the_turns(student: Student) -> None:
    student.room.add_book(student.room.add_subject("Biologi", 10), "Biologi")
    await student.until(lambda: "biologi_10" in str(student.list_of("subject").options))
    student.ask("Apa itu algoritma?")
    await student.sees("Tanya lagi")
    student.choose("subject", "biologi_10")
    await student.sees("1 buku Biologi 10")
    student.ask("jelaskan lagi")
    await student.sees("Tanya lagi")
    latest = student.room.appliance.history.search(student.room.caller())[0]
    assert "Pertanyaan: jelaskan lagi" in latest.response
