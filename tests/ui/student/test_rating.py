"""Was it any help: below the answer, kept at once, changed, taken back, and there again in the history."""

from nicegui import ui

from nexus_appliance.school.callers import Role
from nexus_appliance.tutoring.ratings import Rating
from tests.ui.site import new_visitor
from tests.ui.student.classroom import OFF_TOPIC, Classroom, Student

QUESTION = "Apa itu algoritma?"


async def asked(student: Student, question: str = QUESTION) -> None:
    student.ask(question)
    await student.sees("Tanya lagi")


def kept(student: Student) -> Rating | None:
    return student.room.appliance.history.search(student.room.caller())[0].rating


def pressed(student: Student) -> set[str]:
    """The names of the pressed buttons that can be seen."""
    buttons = [one for one in student.visitor.client.elements.values() if isinstance(one, ui.button)]  # type: ignore[union-attr]
    shown = [one for one in buttons if one.visible and one.props.get("aria-pressed") == "true"]
    return {str(one.props.get("aria-label") or one.text) for one in shown}


async def test_a_thumb_up_is_kept_and_taken_back(student: Student) -> None:
    await asked(student)
    student.press("Ini membantu")
    await student.sees("Terima kasih")
    assert (kept(student), pressed(student)) == (Rating(helpful=True), {"Ini membantu"})
    await student.misses("Apa yang kurang?")
    student.press("Ini membantu")
    await student.until(lambda: kept(student) is None)
    await student.misses("Terima kasih")
    assert pressed(student) == set()


async def test_a_thumb_down_asks_why(student: Student) -> None:
    await asked(student)
    student.press("Ini tidak membantu")
    await student.sees("Apa yang kurang?")
    assert kept(student) == Rating(helpful=False), "kept before a reason is chosen"
    student.press("Sulit dipahami")
    await student.until(lambda: kept(student) == Rating(False, "unclear"))
    student.press("Salah")
    await student.until(lambda: kept(student) == Rating(False, "wrong"))
    (field,) = (one for one in student.visitor.find(ui.input).elements if one.props.get("maxlength") == "200")
    with student.visitor.client:  # type: ignore[union-attr]
        field.set_value("Bukan itu <b>artinya</b>")
    student.press("send-comment")
    await student.until(lambda: kept(student) == Rating(False, "wrong", "Bukan itu <b>artinya</b>"))
    student.press("Salah")
    await student.until(lambda: kept(student) == Rating(False, "", "Bukan itu <b>artinya</b>"))
    student.press("Ini membantu")
    await student.misses("Apa yang kurang?")
    assert kept(student) == Rating(helpful=True)


async def test_a_rating_that_is_taken_back_leaves_no_reason_pressed(student: Student) -> None:
    await asked(student)
    student.press("Ini tidak membantu")
    await student.sees("Apa yang kurang?")
    student.press("Salah")
    await student.until(lambda: kept(student) == Rating(False, "wrong"))
    student.press("Ini tidak membantu")
    await student.misses("Apa yang kurang?")
    assert (kept(student), pressed(student)) == (None, set())


async def test_quick_taps_follow_each_other(student: Student) -> None:
    await asked(student)
    student.press("Ini tidak membantu")
    await student.sees("Apa yang kurang?")
    for name in ("Salah", "Sulit dipahami"):
        student.press(name)
    await student.until(lambda: kept(student) == Rating(False, "unclear"))
    await student.until(lambda: pressed(student) == {"Ini tidak membantu", "Sulit dipahami"})


async def test_the_history_shows_and_changes_it(student: Student) -> None:
    await asked(student, OFF_TOPIC)
    student.press("Ini tidak membantu")
    await student.sees("Apa yang kurang?")
    student.press("Halamannya tidak cocok")
    await student.until(lambda: kept(student) == Rating(False, "wrong_page"))
    await student.open()
    student.press("Riwayat")
    await student.sees("baru saja")
    student.press("entry")
    await student.sees("Apa yang kurang?")
    assert pressed(student) == {"Ini tidak membantu", "Halamannya tidak cocok"}
    student.press("Ini tidak membantu")
    await student.until(lambda: kept(student) is None)


async def test_half_an_answer_is_not_rated(student: Student) -> None:
    student.ask("algoritma sleep:30 akhir")
    await student.sees("Pertanyaan:")
    student.press("Berhenti")
    await student.sees("Dihentikan.")
    await student.sees("Tanya lagi")
    assert "helpful" not in marks(student)


async def test_the_answers_of_teachers_are_not_rated(student: Student, room: Classroom) -> None:
    room.add_student("bu.ani", Role.ADMIN)
    admin = Student(room, new_visitor())
    await admin.open("bu.ani")
    await asked(admin)
    assert "helpful" not in marks(admin)


def marks(student: Student) -> set[str]:
    return {mark for one in student.visitor.client.elements.values() for mark in one._markers}  # type: ignore[union-attr]


async def test_a_turn_that_is_gone_is_told(student: Student) -> None:
    await asked(student)
    student.room.appliance.history.clear(student.room.caller(), "informatika_10")
    student.press("Ini membantu")
    await student.sees("sudah tidak ada di riwayat")
    assert pressed(student) == set()
