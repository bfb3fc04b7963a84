"""The first steps of a young school, computed from what it has; gone when they are done."""

from dataclasses import dataclass

from nicegui import ui

from nexus_appliance.school.callers import Role
from ui.admin.add_person import open_add_person
from ui.admin.add_subject import open_add_subject
from ui.admin.board import Board
from ui.admin.overview import Overview
from ui.components.button import Click, primary_button
from ui.components.card import card
from ui.components.text import Text, paragraph
from ui.i18n import _


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `action` does it, or `link` leads to where it is done."""

    done: bool
    title: str
    text: str
    label: str
    action: Click | None = None
    link: str = ""


def guide(board: Board) -> None:
    """A card with the steps; the first one left carries its button."""
    place = ui.element("div").classes("nx-guide-place")

    def show(overview: Overview) -> None:
        place.clear()
        place.set_visibility(not overview.complete())
        if not overview.complete():
            with place, card(_("Next steps")).classes("nx-guide"):
                _rows(steps(board, overview))

    board.follow(show)


def steps(board: Board, overview: Overview) -> list[Step]:
    """All steps, in the order that helps."""
    return [
        Step(
            bool(overview.subjects),
            _("Add the first subject"),
            _("Choose a grade and type the name. Students see it at once."),
            _("Add subject"),
            lambda: open_add_subject(board),
        ),
        Step(
            overview.has(Role.TEACHER),
            _("Add an account for a teacher"),
            _("Teachers look after the books of the subjects you give them."),
            _("Add teacher"),
            lambda: open_add_person(board, Role.TEACHER),
        ),
        Step(
            overview.has_book(),
            _("Have the first book added"),
            _("Tell the teacher to open Books and upload a PDF. You can also do it yourself."),
            _("Open Books"),
            link="/guru",
        ),
        Step(
            overview.has(Role.STUDENT),
            _("Add accounts for students"),
            _("Each student gets a username and a first password."),
            _("Add student"),
            lambda: open_add_person(board, Role.STUDENT),
        ),
    ]


def _rows(found: list[Step]) -> None:
    following = next(step for step in found if not step.done)
    with ui.element("ol").classes("nx-steps"):
        for number, step in enumerate(found, 1):
            with ui.element("li").classes(_style(step, following)):
                _mark(step, number)
                with ui.element("div").classes("nx-grow"):
                    Text("strong", step.title)
                    if not step.done:
                        paragraph(step.text).classes("nx-muted")
                if step is following:
                    _button(step)


def _style(step: Step, following: Step) -> str:
    return "nx-step is-done" if step.done else "nx-step is-next" if step is following else "nx-step"


def _mark(step: Step, number: int) -> None:
    with ui.element("span").classes("nx-step-mark"):
        if step.done:
            ui.icon("check").props("role=img").props["aria-label"] = _("Done")
        else:
            Text("span", str(number)).props("aria-hidden=true")


def _button(step: Step) -> None:
    if step.action:
        primary_button(step.label, step.action).mark("step")
    else:
        ui.link(step.label, step.link).classes("nx-button")
