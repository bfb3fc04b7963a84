"""Grade and subject: two lists that fill from the database and follow it while the page is open."""

from collections.abc import Callable, Sequence

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from nexus_appliance.school.subjects import SubjectView
from ui.components.fields import select_field
from ui.i18n import _


class Picker:
    """Keeps the choice; `chosen` is called with each new choice, or None, also when its books change."""

    def __init__(self, chosen: Callable[[SubjectView | None], None]) -> None:
        self._chosen = chosen
        self._subjects: list[SubjectView] = []
        self._grade: int | None = None
        self.subject: SubjectView | None = None
        with ui.element("div").classes("nx-picker"):
            self._grades = select_field(_("Grade"), {}, on_change=self._take_grade).mark("grade")
            self._codes = select_field(_("Subject"), {}, on_change=self._take_subject).mark("subject")
        for field in (self._grades, self._codes):
            field.props(remove="options-dense")  # on a phone a finger must find each line

    @property
    def empty(self) -> bool:
        """Whether there is nothing to choose from."""
        return not self._subjects

    def fill(self, subjects: Sequence[SubjectView], first: str = "") -> bool:
        """Show these subjects and keep the choice, or take the subject with the code `first`.

        False when the subject chosen before is no longer among them.
        """
        code = self.subject.code if self.subject else first
        self._subjects = list(subjects)
        found = next((subject for subject in subjects if subject.code == code), None)
        vanished = self.subject is not None and found is None
        self._choose(found or self._only(), found.grade if found else self._grade)
        return not vanished

    def _only(self) -> SubjectView | None:
        """The subject that needs no choosing."""
        return self._subjects[0] if len(self._subjects) == 1 else None

    def _take_grade(self, event: ValueChangeEventArguments[int | None]) -> None:
        if event.value == self._grade:
            return
        offered = [subject for subject in self._subjects if subject.grade == event.value]
        self._choose(offered[0] if len(offered) == 1 else None, event.value)

    def _take_subject(self, event: ValueChangeEventArguments[str | None]) -> None:
        if event.value == (self.subject.code if self.subject else None):
            return
        found = next((subject for subject in self._subjects if subject.code == event.value), None)
        self._choose(found, self._grade)

    def _choose(self, subject: SubjectView | None, grade: int | None) -> None:
        grades = sorted({one.grade for one in self._subjects})
        before, self.subject = self.subject, subject
        self._grade = subject.grade if subject else grade if grade in grades else next(iter(grades[:1]), None)
        offered = {one.code: one.name for one in self._subjects if one.grade == self._grade}
        self._grades.set_options({one: str(one) for one in grades}, value=self._grade)
        self._codes.set_options(offered, value=subject.code if subject else None)
        self._grades.set_enabled(bool(grades))
        self._codes.set_enabled(bool(offered))
        if subject != before:
            self._chosen(subject)
