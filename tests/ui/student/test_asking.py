"""One question: taken at once, citations first, then text, at the end the answer with its marks."""

from sqlalchemy import func, select

from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.schema import ChatEntry
from tests.ui.student.classroom import OFF_TOPIC, PAGES, Student


async def test_an_answer_with_marks_that_lead_to_its_pages(student: Student) -> None:
    student.ask("Apa itu algoritma?")
    await student.until(lambda: student.box.value == "")
    await student.sees("Apa itu algoritma?")
    await student.sees("Tanya lagi")
    await student.sees("halaman 1")
    await student.sees(PAGES[0])
    answer, cards = (student.html(name) for name in ("nx-prose", "nx-citations"))
    target = answer.split('class="nx-mark" href="#')[1].split('"')[0]
    assert f'<div class="nx-citation" id="{target}">' in cards
    assert "1.1 Apa itu algoritma?" in student.words()


async def test_citations_come_before_the_text(student: Student) -> None:
    student.ask("algoritma sleep:30")
    await student.sees("halaman 1")
    assert "Pertanyaan:" not in student.words()
    await student.sees("Pertanyaan:")
    student.press("Berhenti")
    await student.sees("Dihentikan.")


async def test_stop_keeps_what_was_written_and_offers_to_ask_again(student: Student) -> None:
    student.ask("algoritma sleep:30 akhir")
    await student.sees("Pertanyaan:")
    student.press("Berhenti")
    await student.sees("Dihentikan.")
    await student.sees("Tanya lagi")
    entries = student.room.appliance.history.search(student.room.caller())
    assert [(entry.outcome, "Algoritma adalah" in entry.response) for entry in entries] == [("stopped", True)]


async def test_ask_again_asks_the_same_question(student: Student) -> None:
    student.ask("Apa itu algoritma?")
    await student.sees("Tanya lagi")
    student.press("Tanya lagi")
    search = student.room.appliance.history.search
    await student.until(lambda: len(search(student.room.caller())) == 2)
    assert {entry.question for entry in search(student.room.caller())} == {"Apa itu algoritma?"}


async def test_a_refusal_says_so_and_shows_the_nearest_pages(student: Student) -> None:
    student.ask(OFF_TOPIC)
    await student.sees("Ini tidak ada di buku kelasmu")
    await student.sees("halaman 2")
    assert student.room.appliance.history.search(student.room.caller())[0].outcome == "refused"


async def test_a_question_that_is_too_long_stays_in_the_box(student: Student) -> None:
    student.ask("a" * 501)
    await student.sees("Pertanyaan terlalu panjang")
    await student.sees("501 / 500")
    assert student.box.value == "a" * 501
    student.ask("   ")
    assert "Mencari di buku" not in student.words()


async def test_the_counter_appears_near_the_limit_only(student: Student) -> None:
    student.type("a" * 399)
    await student.misses("399 / 500")
    student.type("a" * 401)
    await student.sees("401 / 500")


async def test_while_one_question_is_answered_the_next_waits_in_the_box(student: Student) -> None:
    student.ask("sleep:20 algoritma")
    await student.sees("halaman 1")
    student.ask("dan jaringan?")
    assert student.box.value == "dan jaringan?"
    student.press("Berhenti")
    await student.sees("Dihentikan.")
    assert student.box.value == "dan jaringan?"


async def test_a_failure_is_a_sentence_and_can_be_tried_again(student: Student) -> None:
    book = student.room.appliance.books.list(OPERATOR, "informatika_10")[0]
    student.room.appliance.books.remove(OPERATOR, book.id)
    student.ask("Apa itu algoritma?")
    await student.sees("Belum ada buku untuk mata pelajaran ini")
    student.room.appliance.books.restore(OPERATOR, book.id)
    student.press("Tanya lagi")
    await student.sees("halaman 1")


async def test_a_model_that_dies_for_good_leaves_the_pages(student: Student) -> None:
    student.ask("algoritma die")
    await student.sees("Model bahasa sedang tidak tersedia")
    await student.sees("halaman 1")


async def test_a_restart_of_the_model_clears_the_text(student: Student) -> None:
    mark = student.room.appliance.config.home / "died"
    student.ask(f"algoritma die-once:{mark} selesai")
    await student.sees("Tanya lagi")
    response = student.room.appliance.history.search(student.room.caller())[0].response
    assert response[:-4].endswith("selesai")
    assert response.count("Pertanyaan:") == 1


async def test_leaving_stops_the_model_and_keeps_what_was_shown(student: Student) -> None:
    student.ask("algoritma sleep:4 akhir")
    await student.sees("Pertanyaan:")
    assert student.visitor.client is not None
    student.visitor.client.delete()
    search = student.room.appliance.history.search
    await student.until(lambda: [one.outcome for one in search(student.room.caller())] == ["stopped"])
    await student.until(lambda: student.room.appliance.scheduler.status().running == 0)


async def test_one_row_is_written_for_each_question(student: Student) -> None:
    for number in range(1, 4):
        student.ask("Apa itu algoritma?")
        await student.until(lambda number=number: student.words().count("Tanya lagi") == number)  # type: ignore[misc]
    with student.room.appliance.database.read() as session:
        assert session.scalar(select(func.count(ChatEntry.id))) == 3
