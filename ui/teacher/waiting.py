"""On the page of books: that students wait for a reply, with the way to their questions."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.school.inbox import InboxView
from nexus_appliance.school.subjects import SubjectView
from ui.components.text import Text
from ui.i18n import _, ngettext


class Waiting:
    """One line; nothing while no question is open."""

    def __init__(self, subject: SubjectView) -> None:
        with ui.element("div").classes("nx-banner is-info nx-waiting") as self._place:
            ui.icon("contact_support").props("aria-hidden=true")
            self._words = Text("span")
            link = Text("a", _("Reply")).classes("nx-text-link")
            link.props["href"] = f"/guru/pertanyaan?mapel={subject.code}"
        self.show(())

    def show(self, questions: Sequence[InboxView]) -> None:
        """Say how many wait."""
        count = len(questions)
        self._words.set_text(
            ngettext("{count} question of a student waits.", "{count} questions of students wait.", count)
        )
        self._place.set_visibility(count > 0)
