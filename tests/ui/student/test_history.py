"""The own history: by subject, newest first, searchable, kept, deleted when the student wants it."""

import asyncio

from nexus_appliance.storage.database import announce
from nexus_appliance.tutoring.answers import Answer
from tests.ui.student.classroom import PAGES, Student


def remember(student: Student, *questions: str, username: str = "siti") -> None:
    """Questions that were answered some time ago."""
    appliance, caller = student.room.appliance, student.room.caller(username)
    subject = appliance.subjects.list(caller)[0]
    for question in questions:
        appliance.history.record(caller, subject.id, question, Answer("Jawaban [1].", "answered", 1.0, ()))


async def test_nothing_has_been_asked_yet(student: Student) -> None:
    student.press("Riwayat")
    await student.sees("Kamu belum bertanya apa-apa di sini.")
    await student.sees("Riwayat Informatika 10")


async def test_an_entry_shows_question_answer_and_pages(student: Student) -> None:
    student.ask("Apa itu algoritma?")
    await student.sees("Tanya lagi")
    await student.open()
    await student.misses("Tanya lagi")
    student.press("Riwayat")
    await student.sees("baru saja")
    student.press("entry")
    await student.sees(PAGES[0])
    assert "nx-mark" in student.html("nx-prose")
    student.press("Kembali ke daftar")
    await student.sees("baru saja")


async def test_the_newest_comes_first_and_words_narrow_the_list(student: Student) -> None:
    remember(student, "Apa itu modem?", "Apa itu router?")
    student.press("Riwayat")
    await student.sees("Apa itu modem?")
    assert student.words().index("Apa itu router?") < student.words().index("Apa itu modem?")
    student.search("MODEM")
    await student.misses("Apa itu router?")
    student.search("kucing")
    await student.sees("Tidak ada pertanyaan dengan kata-kata ini.")
    student.search("")
    await student.sees("Apa itu router?")


async def test_a_long_history_is_shown_step_by_step(student: Student) -> None:
    remember(student, *(f"Pertanyaan {number:02}" for number in range(40)))
    student.press("Riwayat")
    await student.sees("Pertanyaan 39")
    await student.misses("Pertanyaan 09")
    student.press("Tampilkan lebih banyak")
    await student.sees("Pertanyaan 00")


async def test_an_open_list_follows_what_is_asked(student: Student) -> None:
    student.press("Riwayat")
    await student.sees("Kamu belum bertanya")
    remember(student, "Apa itu modem?")
    await student.sees("Apa itu modem?")


async def test_a_list_that_did_not_change_keeps_its_rows_for_the_finger_on_them(student: Student) -> None:
    remember(student, "Apa itu modem?")
    student.press("Riwayat")
    await student.until(lambda: bool(student.offered("entry")))
    rows = {entry.id for entry in student.offered("entry")}
    with student.room.appliance.database.write() as session:
        announce(session, "history")
    await asyncio.sleep(0.5)
    assert {entry.id for entry in student.offered("entry")} == rows


async def test_what_others_ask_wakes_nobody_else(student: Student) -> None:
    student.press("Riwayat")
    await student.sees("Kamu belum bertanya")
    told: list[frozenset[str]] = []
    student.room.appliance.database.subscribe(told.append)
    student.room.add_student("rani")
    remember(student, "Apa itu modem?", username="rani")
    remember(student, "Apa itu router?")
    await student.sees("Apa itu router?")
    theirs, mine = (topics for topics in told if any("history" in topic for topic in topics))
    assert theirs.isdisjoint(mine)


async def test_an_old_question_is_asked_again(student: Student) -> None:
    remember(student, "Apa itu algoritma?")
    student.press("Riwayat")
    await student.until(lambda: bool(student.offered("entry")))
    student.press("entry")
    student.press("Tanya lagi")
    await student.until(lambda: len(student.room.appliance.history.search(student.room.caller())) == 2)


async def test_an_entry_stays_open_when_a_search_ends_after_it_was_opened(student: Student) -> None:
    remember(student, "Apa itu algoritma?")
    student.press("Riwayat")
    await student.until(lambda: bool(student.offered("entry")))
    student.search("algoritma")
    student.press("entry")
    await asyncio.sleep(0.5)
    assert student.offered("Tanya lagi")


async def test_deleting_asks_first_and_touches_only_the_own_subject(student: Student) -> None:
    remember(student, "Apa itu modem?")
    student.room.add_student("rani")
    student.press("Riwayat")
    await student.sees("Apa itu modem?")
    student.press("Hapus riwayat ini")
    await student.sees("Hapus riwayat Informatika 10?")
    student.press("Batal")
    assert len(student.room.appliance.history.search(student.room.caller())) == 1
    student.press("Hapus riwayat ini")
    await student.sees("Hapus riwayat Informatika 10?")
    student.press("Hapus")
    await student.sees("1 pertanyaan dihapus.")
    await student.sees("Kamu belum bertanya apa-apa di sini.")
    assert student.room.appliance.history.search(student.room.caller()) == []
