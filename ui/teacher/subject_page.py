"""What the pages of teachers share: grade and subject to choose from, and below them the subject's own content."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from nexus_appliance.school.callers import Caller
from nexus_appliance.school.subjects import SubjectView
from ui.components.page_title import page_title
from ui.live import keep_shown
from ui.site import current_appliance, current_site
from ui.teacher.chooser import Chooser, chosen_subject, no_subject
from ui.theme import frame


async def subject_page(
    caller: Caller,
    path: str,
    words: tuple[str, str],
    chosen: tuple[str, str],
    fill: Callable[[SubjectView], Awaitable[None]],
) -> None:
    """The page at `path` with a title and a lead (`words`), filled for one subject.

    `chosen` is what the address says: the subject's code, or else a grade, whose first subject is taken.
    """
    appliance = current_appliance()
    subjects = await current_site().call(appliance.subjects.list, caller)
    subject = chosen_subject(subjects, *chosen)
    with frame(words[0], caller):
        page_title(*words)
        if subject is None:
            no_subject(caller)
            chooser = None
        else:
            chooser = Chooser(subject, path)
            chooser.show(subjects)
            await fill(subject)

    def show(found: Sequence[SubjectView]) -> None:
        if chooser is not None and chooser.offers(found):
            chooser.show(found)
        elif chooser is not None or found:  # the subject shown is gone, or the first one has come
            ui.navigate.to(path)

    await keep_shown(("subjects", "users"), appliance.subjects.list, show)
