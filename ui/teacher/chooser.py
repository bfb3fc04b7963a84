"""Grade and subject, as links: they work without a script, by keyboard, with the back button and after a reload."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.subjects import SubjectView
from ui.components.empty_state import empty_state
from ui.components.text import Text
from ui.i18n import _, ngettext


class Chooser:
    """A row of grades and, below it, the subjects of the grade; the chosen ones are marked. `path` is of its page."""

    def __init__(self, subject: SubjectView, path: str) -> None:
        self._subject = subject
        self._path = path
        self._shown: list[SubjectView] = []
        self._place = ui.element("nav").classes("nx-chooser")
        self._place.props["aria-label"] = _("Grade and subject")

    def offers(self, subjects: Sequence[SubjectView]) -> bool:
        """Whether the chosen subject is among these."""
        return self._subject.code in {one.code for one in subjects}

    def show(self, subjects: Sequence[SubjectView]) -> None:
        """Show these subjects; nothing is touched when nothing has changed."""
        if self._shown == list(subjects):
            return
        self._shown = list(subjects)
        grades = sorted({one.grade for one in subjects})
        self._place.clear()
        with self._place:
            if len(grades) > 1:
                with ui.element("div").classes("nx-choices"):
                    for grade in grades:
                        _choice(
                            f"{self._path}?kelas={grade}", _("Grade {grade}", grade=grade), grade == self._subject.grade
                        )
            with ui.element("div").classes("nx-choices"):
                for one in (one for one in subjects if one.grade == self._subject.grade):
                    text = one.name if len(grades) > 1 else f"{one.name} {one.grade}"
                    _choice(
                        f"{self._path}?mapel={one.code}", text, one.code == self._subject.code, _count(one.book_count)
                    )


def chosen_subject(subjects: Sequence[SubjectView], code: str, grade: str) -> SubjectView | None:
    """The subject that the address names, else the first of its grade, else the first; None without subjects."""
    by_code = (one for one in subjects if one.code == code)
    by_grade = (one for one in subjects if str(one.grade) == grade)
    return next(by_code, None) or next(by_grade, None) or next(iter(subjects), None)


def no_subject(caller: Caller) -> None:
    """Why there is nothing to choose, and what to do."""
    if caller.role is Role.ADMIN:
        text = _("Add the first subject of your school; then its books can be added here.")
        empty_state("menu_book", _("No subjects yet"), text, link=(_("Add subject"), "/admin"))
        return
    text = _("Ask the administrator of your school to assign your subjects to you. They appear here by themselves.")
    empty_state("menu_book", _("No subject is assigned to you yet"), text)


def _choice(path: str, text: str, chosen: bool, note: str = "") -> None:
    link = ui.element("a").classes("nx-choice")
    link.props["href"] = path
    if chosen:
        link.props["aria-current"] = "page"
    with link:
        Text("span", text)
        if note:
            Text("small", note)


def _count(books: int) -> str:
    return ngettext("{count} book", "{count} books", books) if books else _("No books")
