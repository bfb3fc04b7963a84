"""The books of one subject: removed behind a question, brought back while that is possible."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from nicegui import ui

from nexus_appliance.errors import NexusError
from nexus_appliance.school.books import BookView
from nexus_appliance.school.subjects import SubjectView
from ui.components.button import icon_button, quiet_button
from ui.components.card import card
from ui.components.confirm import confirm
from ui.components.empty_state import empty_state
from ui.components.text import Text
from ui.components.toast import toast, toast_failure
from ui.dates import duration, when
from ui.i18n import _, ngettext
from ui.site import current_appliance, current_caller, current_site
from ui.teacher.licence import ask_licence
from ui.teacher.scan_words import scan_sentences
from ui.teacher.semesters import semester_name
from ui.words import notice_sentence


class BookList:
    """`dialogs` is a place that stays while rows come and go; `hours` is how long a removal can be undone."""

    def __init__(self, subject: SubjectView, dialogs: ui.element, hours: int) -> None:
        self._name = f"{subject.name} {subject.grade}"
        self._dialogs = dialogs
        self._kept = timedelta(hours=hours)
        self._place = ui.element("div").classes("nx-stack")

    def show(self, books: Sequence[BookView], shareable: Collection[int] = ()) -> None:
        """Show these books; removed ones stand at the end. Those that are `shareable` (ids) can be sent."""
        self._place.clear()
        with self._place:
            if not books:
                text = _("Until there is one, students of this subject get no answers. Add the first PDF.")
                empty_state("auto_stories", _("No books for {subject} yet", subject=self._name), text)
                return
            with card(_("Books of {subject}", subject=self._name)), ui.element("ul").classes("nx-list"):
                for book in sorted(books, key=lambda one: one.removed_at is not None):
                    with ui.element("li").classes("nx-book" if book.removed_at is None else "nx-book is-removed"):
                        self._row(book, can_share=book.id in shareable)

    def _row(self, book: BookView, *, can_share: bool) -> None:
        ui.icon("menu_book" if book.removed_at is None else "delete_outline").classes("nx-book-mark").props(
            "aria-hidden=true"
        )
        with ui.element("div").classes("nx-grow"):
            Text("strong", book.title)
            if book.removed_at is None:
                Text("p", " · ".join(_facts(book))).classes("nx-small")
                Text("p", book.filename).classes("nx-small nx-file")
                if book.prepared < 1:
                    Text("p", _preparing(book)).classes("nx-small nx-scan").mark("by-words")
                for sentence in scan_sentences(book):
                    Text("p", sentence).classes("nx-small nx-scan")
            else:
                until = when(book.removed_at + self._kept)
                Text("p", _("Removed. It can be brought back until {time}.", time=until)).classes("nx-small")
        if can_share:
            name = _("Send “{title}” to the publisher", title=book.title)
            icon_button("cloud_upload", name, lambda: self._share(book)).mark("share-book")
        if book.removed_at is None:
            name = _("Remove “{title}”", title=book.title)
            icon_button("delete_outline", name, lambda: self._remove(book)).mark("remove-book")
        else:
            quiet_button(_("Bring back"), lambda: self._restore(book), "undo").mark("restore-book")

    async def _remove(self, book: BookView) -> None:
        with self._dialogs:
            text = _(
                "Students get no answers from this book any more. You can bring it back within {time}.",
                time=duration(self._kept.total_seconds()),
            )
            if not await confirm(_("Remove “{title}”?", title=book.title), text, _("Remove"), danger=True):
                return
            try:
                await current_site().call(current_appliance().books.remove, current_caller(), book.id)
            except NexusError as error:
                toast_failure(error)
            else:
                toast(notice_sentence("book_removed", {"title": book.title}))

    async def _share(self, book: BookView) -> None:
        with self._dialogs:
            licence = await ask_licence(book.title)
            if licence is None:
                return
            try:
                await current_site().call(current_appliance().sharing.share, current_caller(), book.id, licence)
            except NexusError as error:
                toast_failure(error)
            else:
                toast(_("“{title}” is sent as soon as there is a line.", title=book.title))

    async def _restore(self, book: BookView) -> None:
        with self._dialogs:
            try:
                await current_site().call(current_appliance().books.restore, current_caller(), book.id)
            except NexusError as error:
                toast_failure(error)
            else:
                toast(notice_sentence("book_restored", {"title": book.title}))


def _preparing(book: BookView) -> str:
    """Shown while vectors are made for a pack that came with those of another encoder."""
    return _(
        "Being prepared for this server: {share}. Until then answers are found by words alone.",
        share=f"{int(book.prepared * 100)} %",
    )


def _facts(book: BookView) -> list[str]:
    pages = ngettext("{count} page", "{count} pages", book.pages)
    return [semester_name(book.semester), pages, _("added {time}", time=when(book.created_at))]
