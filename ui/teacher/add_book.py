"""The form for a new book: file first, because its name is the best guess at the title."""

from pathlib import PurePath
from typing import Any

from nexus_appliance.school.subjects import SubjectView
from ui.components.button import primary_button
from ui.components.card import card
from ui.components.fields import select_field, text_field
from ui.components.text import paragraph
from ui.components.toast import toast
from ui.components.upload_field import UploadField
from ui.i18n import _
from ui.teacher.semesters import semester_choices
from ui.uploads import BOOK_UPLOAD, MEGABYTE


def add_book(subject: SubjectView, limit: int) -> None:
    """Choose a PDF of at most `limit` MB, check title and semester, send it to `subject`."""
    guess = ""

    def suggest(filename: str) -> None:
        nonlocal guess
        if title.value in ("", None, guess):
            guess = title_from(filename)
            title.set_value(guess)

    def send() -> None:
        upload.send(subject=subject.code, title=str(title.value or ""), semester=_number(semester.value))

    def stored(_answer: dict[str, Any]) -> None:
        toast(_("“{title}” has arrived and is being prepared. You may close this page.", title=title.value))
        title.set_value("")

    with card(_("Add book")).classes("nx-add-book").props("id=tambah"):
        upload = UploadField(
            _("Choose a PDF"), BOOK_UPLOAD, limit=limit * MEGABYTE, on_stored=stored, on_chosen=suggest
        )
        title = text_field(_("Title"), _("As students know it"))
        semester = select_field(_("Semester"), semester_choices())
        semester.set_value(0)
        primary_button(_("Upload book"), send, "upload").mark("upload-book")
        paragraph(
            _(
                "PDF, at most {limit} MB. The server prepares it in some minutes; a scan takes up to an hour.",
                limit=limit,
            )
        ).classes("nx-small")


def title_from(filename: str) -> str:
    """A title as it may be meant by a file's name: "fisika_dasar-1.pdf" -> "fisika dasar 1"."""
    stem = PurePath(filename.replace("\\", "/")).stem
    return " ".join(stem.replace("_", " ").replace("-", " ").split())


def _number(value: object) -> int:
    """The semester that the list holds; a browser may send anything."""
    return value if value in (1, 2) and isinstance(value, int) else 0
