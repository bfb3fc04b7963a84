"""The slip with a new password: shown once, to be copied, printed or written down."""

import json

from nicegui import ui

from ui.admin.board import Board
from ui.components.button import primary_button, quiet_button
from ui.components.sheet import sheet
from ui.components.text import Text, paragraph
from ui.components.toast import toast
from ui.i18n import _
from ui.theme import school_name


def show_slip(board: Board, full_name: str, username: str, password: str) -> None:
    """Only a click on the button closes it: a password that vanished by accident would have to be reset."""
    with board.dialogs, sheet(_("New password"), persistent=True) as dialog:
        paragraph(_("Give it to {name} now: it is shown only this once.", name=full_name))
        with ui.element("div").classes("nx-slip"):
            Text("p", school_name()).classes("nx-small")
            Text("p", full_name).classes("nx-slip-name")
            _line(_("Username"), username)
            _line(_("Password"), password)
            paragraph(_("At the first sign-in you choose a password of your own.")).classes("nx-small")
        with ui.element("div").classes("nx-actions"):
            quiet_button(_("Print"), lambda: None, "print").on("click", js_handler="() => window.print()")
            text = json.dumps(f"{_('Username')}: {username}\n{_('Password')}: {password}")
            copy = quiet_button(_("Copy"), lambda: None, "content_copy")
            copy.on("click", lambda event: _copied(event.args), js_handler=f"() => emit(nexus.copy({text}))")
            primary_button(_("Done"), dialog.close)


def _line(label: str, value: str) -> None:
    with ui.element("p").classes("nx-slip-line"):
        Text("span", label).classes("nx-muted")
        Text("code", value).classes("nx-secret")


def _copied(worked: object) -> None:
    if worked is True:
        toast(_("Copied."))
    else:
        toast(_("This browser does not let us copy. Select the text and copy it yourself."), "warning")
