"""What the page says before the first question: how to begin, or why one cannot ask yet."""

from collections.abc import Callable, Sequence

from nicegui import background_tasks, ui

from nexus_appliance.errors import NexusError
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.subjects import SubjectView
from ui.components.empty_state import empty_state
from ui.components.text import Text, heading, paragraph
from ui.i18n import _, ngettext
from ui.site import current_appliance, current_caller
from ui.student.subject_name import subject_name

TOPICS = 4
"""Headings that are offered as a first question."""


class Greeting:
    """Follows the chosen subject; `ask` gets the question that a topic stands for."""

    def __init__(self, caller: Caller, ask: Callable[[str], object]) -> None:
        self._caller = caller
        self._ask = ask
        self._shown: SubjectView | str = ""
        self._place = ui.element("div").classes("nx-greeting")

    def show(self, subject: SubjectView | None, without_subjects: bool, *, hidden: bool) -> None:
        """Greet for this subject; `hidden` while there is a conversation."""
        self._place.set_visibility(not hidden)
        state: SubjectView | str = subject or ("none" if without_subjects else "unchosen")
        if hidden or state == self._shown:
            return
        self._shown = state
        self._place.clear()
        with self._place:
            if subject is None:
                _no_subjects(self._caller) if without_subjects else _choose_subject()
            elif not subject.answers:
                _no_books(subject)
            else:
                self._invite(subject)

    def _invite(self, subject: SubjectView) -> None:
        first_name = (self._caller.full_name or self._caller.username).split(" ")[0]
        with ui.element("section").classes("nx-welcome"):
            heading(_("What do you want to know, {name}?", name=first_name))
            paragraph(_sources(subject))
            topics = ui.element("div").classes("nx-topics")
        background_tasks.create(self._offer(subject, topics), name="topics", context=topics)

    async def _offer(self, subject: SubjectView, place: ui.element) -> None:
        """Headings of the subject's own books, a moment after the page is there."""
        try:
            topics = await current_appliance().tutor.topics(current_caller(), subject.code, TOPICS)
        except NexusError:  # the books have just gone: the page follows that by itself
            return
        if topics and not place.is_deleted:
            self._show_topics(topics)

    def _show_topics(self, topics: Sequence[str]) -> None:
        Text("h3", _("For instance from your books")).classes("nx-topics-title")
        for topic in topics:
            self._topic(topic)

    def _topic(self, topic: str) -> None:
        question = topic if topic.endswith("?") else _("Explain {topic}", topic=topic)
        button = ui.button(topic, icon="auto_stories", on_click=lambda: self._ask(question))
        button.props("flat no-caps align=left").classes("nx-topic").mark("topic")


def _sources(subject: SubjectView) -> str:
    name = subject_name(subject)
    if not subject.book_count:
        return _("Answers come from your teachers' notes on {subject}. There is no book yet.", subject=name)
    books = ngettext("{count} book", "{count} books", subject.book_count)
    return _("Answers come from {books} of {subject}, with their pages.", books=books, subject=name)


def _no_subjects(caller: Caller) -> None:
    if caller.role is Role.TEACHER:
        text = _("An administrator assigns subjects to teachers. They appear here by themselves.")
    else:
        text = _("Your school has not added a subject yet. It will appear here by itself.")
    empty_state("auto_stories", _("No subjects yet"), text)


def _choose_subject() -> None:
    empty_state("menu_book", _("Choose a subject"), _("Choose grade and subject above, then ask your question."))


def _no_books(subject: SubjectView) -> None:
    title = _("No books for {subject} yet", subject=subject_name(subject))
    empty_state("library_books", title, _("Ask your teacher to add one. You can ask here as soon as it is ready."))
