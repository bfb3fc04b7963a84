"""Grade and subject: filled from the database, live, remembered."""

from nexus_appliance.school.callers import OPERATOR, Role
from tests.ui.site import new_visitor
from tests.ui.student.classroom import Classroom, Student
from ui.student.choice import COOKIE


async def test_a_new_subject_appears_in_the_open_page_and_its_books_too(room: Classroom) -> None:
    student = Student(room, new_visitor())
    await student.open()
    await student.sees("Belum ada mata pelajaran")
    subject = room.add_subject("Fisika", 12)
    await student.sees("Belum ada buku untuk Fisika 12")
    assert not student.box.enabled
    room.add_book(subject, "Fisika Dasar")
    await student.sees("Mau tahu apa hari ini, Siti?")
    await student.sees("Jawaban diambil dari 1 buku Fisika 12")
    assert student.box.enabled


async def test_a_removed_subject_vanishes(room: Classroom) -> None:
    room.add_subject("Fisika", 12)
    room.add_subject("Kimia", 12)
    student = Student(room, new_visitor())
    await student.open()
    await student.sees("Pilih kelas dan mata pelajaran di atas")
    student.choose("subject", "fisika_12")
    await student.sees("Belum ada buku untuk Fisika 12")
    room.appliance.subjects.remove(OPERATOR, "fisika_12")
    await student.sees("Sekolahmu telah menghapus mata pelajaran ini")
    await student.sees("Belum ada buku untuk Kimia 12")


async def test_the_grade_narrows_the_subjects_and_one_alone_is_chosen(room: Classroom) -> None:
    for grade, name in ((10, "Fisika"), (10, "Kimia"), (11, "Biologi")):
        room.add_subject(name, grade)
    student = Student(room, new_visitor())
    await student.open()
    student.choose("grade", 11)
    await student.sees("Belum ada buku untuk Biologi 11")
    student.choose("grade", 10)
    await student.sees("Pilih kelas dan mata pelajaran di atas")
    student.choose("subject", "kimia_10")
    await student.sees("Belum ada buku untuk Kimia 10")


async def test_the_choice_is_remembered_by_the_browser_or_by_the_history(room: Classroom) -> None:
    room.add_subject("Fisika", 12)
    room.add_book(room.add_subject("Kimia", 12), "Kimia")
    student = Student(room, new_visitor())
    student.visitor.http_client.cookies.set(COOKIE, "kimia_12")
    await student.open()
    await student.sees("1 buku Kimia 12")
    student.ask("Apa itu algoritma?")
    await student.sees("Tanya lagi")
    elsewhere = Student(room, new_visitor())
    await elsewhere.open()
    await elsewhere.sees("1 buku Kimia 12")
    for damaged in ("fisika_99", "'; drop", "x" * 300):
        elsewhere.visitor.http_client.cookies.set(COOKIE, damaged)
        await elsewhere.open()
        await elsewhere.sees("Mau tahu apa" if damaged == "'; drop" or len(damaged) > 80 else "Pilih mata pelajaran")


async def test_headings_of_the_books_are_offered_as_a_first_question(student: Student) -> None:
    await student.sees("Misalnya dari bukumu")
    student.press("Diagram alir")
    await student.sees("Tanya lagi")
    (entry,) = student.room.appliance.history.search(student.room.caller())
    assert entry.question == "Jelaskan Diagram alir"


async def test_another_subject_begins_another_conversation(student: Student) -> None:
    student.room.add_book(student.room.add_subject("Biologi", 10), "Biologi")
    student.ask("Apa itu algoritma?")
    await student.sees("Tanya lagi")
    student.choose("subject", "biologi_10")
    await student.misses("Tanya lagi")
    await student.sees("1 buku Biologi 10")
    student.choose("subject", "informatika_10")
    await student.misses("Tanya lagi")


async def test_switching_while_an_answer_is_written_stops_it(student: Student) -> None:
    student.room.add_book(student.room.add_subject("Biologi", 10), "Biologi")
    await student.until(lambda: "biologi_10" in str(student.list_of("subject").options))
    student.ask("sleep:4")
    await student.sees("halaman 1")
    student.choose("subject", "biologi_10")
    await student.sees("1 buku Biologi 10")
    search = student.room.appliance.history.search
    await student.until(lambda: [one.outcome for one in search(student.room.caller())] == ["stopped"])
    student.ask("Apa itu algoritma?")
    await student.sees("Tanya lagi")


async def test_a_teacher_asks_only_about_the_own_subjects(student: Student) -> None:
    student.room.add_student("pak.budi", Role.TEACHER)
    student.room.appliance.accounts.assign(OPERATOR, "pak.budi", ["informatika_10"])
    student.room.add_subject("Kimia", 10)
    await student.open("pak.budi")
    assert list(student.list_of("subject").options) == ["informatika_10"]
    student.ask("Apa itu algoritma?")
    await student.sees("Tanya lagi")
