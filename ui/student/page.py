"""The page where a student asks: subject, conversation, question box, own history."""

from collections.abc import Sequence

from nicegui import context, ui

from nexus_appliance.school.callers import Caller
from nexus_appliance.school.subjects import SubjectView
from ui.components.text import heading, named
from ui.components.toast import toast
from ui.i18n import _
from ui.live import keep_shown
from ui.site import current_appliance, current_site
from ui.student import choice
from ui.student.composer import Composer
from ui.student.conversation import Conversation
from ui.student.greeting import Greeting
from ui.student.history_panel import HistoryPanel
from ui.student.leaving import on_leaving
from ui.student.page_viewer import HEAD, page_viewer
from ui.student.picker import Picker
from ui.student.subject_name import subject_name
from ui.theme import frame


async def student_page(caller: Caller) -> None:
    """Ask the books of a subject."""
    appliance = current_appliance()
    subjects = await current_site().call(appliance.subjects.list, caller)
    first = await choice.remembered(caller)
    # NOTE: nothing is awaited while building: the frame's timers would let the page be sent half-built
    with frame(_("Ask"), caller) as main:
        ui.add_head_html(HEAD)
        main.classes("nx-ask")
        heading(_("Ask"), 1).classes("nx-unseen")
        head = ui.element("div").classes("nx-ask-head")
        greeting = Greeting(caller, lambda question: ask(question))
        column = ui.element("div").classes("nx-conversation")
    talked_about = first

    def ask(question: str) -> bool:
        return picker.subject is not None and conversation.ask(picker.subject, question)

    def choose(subject: SubjectView | None) -> None:
        nonlocal talked_about
        code = subject.code if subject else ""
        if code != talked_about:
            talked_about = code
            conversation.begin_again()
            choice.remember(code)
        show()

    def show() -> None:
        subject = picker.subject
        ready = subject is not None and subject.answers
        composer.address(_box_label(subject), enabled=ready)
        composer.show(busy=conversation.busy)
        history.set_enabled(subject is not None)
        greeting.show(subject, picker.empty, hidden=not conversation.empty)

    def follow(subjects: Sequence[SubjectView]) -> None:
        if not picker.fill(subjects):
            toast(_("Your school has removed this subject. Choose another one."), "info")
        show()

    async def open_history() -> None:
        if picker.subject is not None:
            await panel.open(picker.subject)

    with head:
        picker = Picker(choose)
        history = ui.button(_("History"), icon="history", on_click=open_history, color=None)
        named(history.props("flat no-caps").classes("nx-past-button"), _("History"))
    conversation = Conversation(column, show)
    with main:
        composer = Composer(appliance.config.question_limit, ask, conversation.stop)
    panel = HistoryPanel(ask)
    page_viewer()
    picker.fill(subjects, first)
    show()

    def forget() -> None:
        # NOTE: the parts of a page know each other; left so, only a search for garbage would find them (ui/garbage.py)
        nonlocal picker, conversation, composer, panel
        del picker, conversation, composer, panel

    on_leaving(conversation.leave)
    context.client.on_delete(forget)
    await keep_shown(("subjects", "books"), appliance.subjects.list, follow)


def _box_label(subject: SubjectView | None) -> str:
    if subject is None:
        return _("Choose a subject first")
    if not subject.answers:
        return _("No books for {subject} yet", subject=subject_name(subject))
    return _("Ask about {subject}", subject=subject_name(subject))
