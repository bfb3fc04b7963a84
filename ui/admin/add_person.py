"""The dialog that adds an account."""

from nicegui import ui

from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.school.callers import ACCOUNT_ROLES, Role
from ui.admin.board import Board
from ui.admin.slip import show_slip
from ui.admin.usernames import suggested_username
from ui.components.account_menu import role_name
from ui.components.busy import busy
from ui.components.button import primary_button, quiet_button
from ui.components.fields import choices_field, select_field, text_field
from ui.components.refusal import refused_at
from ui.components.sheet import sheet
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site


def open_add_person(board: Board, role: Role = Role.STUDENT) -> None:
    """Name, username, role, a teacher's subjects; the first password is made and shown once."""
    with board.dialogs, sheet(_("Add account")) as dialog:
        full_name = text_field(_("Full name"), limit=128).props("autofocus autocomplete=off")
        hint = _("For signing in. Made from the name; change it if you like.")
        username = text_field(_("Username"), hint, limit=32).props("autocapitalize=none spellcheck=false")
        username.props("autocomplete=off")
        kind = select_field(_("Role"), {one: role_name(one) for one in ACCOUNT_ROLES})
        taught = choices_field(_("Subjects"), board.overview.subject_names())
        with ui.element("div").classes("nx-actions"):
            quiet_button(_("Cancel"), dialog.close)
            button = primary_button(_("Add"), lambda: add()).mark("save")
    proposal = ""

    def propose() -> None:
        nonlocal proposal
        if username.value in ("", proposal):
            taken = {account.username for account in board.overview.accounts}
            proposal = suggested_username(str(full_name.value or ""), taken)
            username.set_value(proposal)

    async def add() -> None:
        if not button.enabled:
            return
        try:
            with busy(button):
                await save()
        except NexusError as error:
            refused_at(
                {
                    Failure.NAME_INVALID: full_name,
                    Failure.USERNAME_INVALID: username,
                    Failure.USERNAME_TAKEN: username,
                    Failure.ROLE_INVALID: kind,
                    Failure.SUBJECT_UNKNOWN: taught,
                },
                error,
            )

    async def save() -> None:
        codes = taught.value if kind.value == Role.TEACHER else ()
        name, login = str(full_name.value or ""), str(username.value or "")
        accounts = current_appliance().accounts
        account, password = await current_site().call_hashing(
            accounts.add, current_caller(), login, name, kind.value, subjects=codes
        )
        dialog.close()
        show_slip(board, account.full_name, account.username, password)

    def show_subjects() -> None:
        taught.set_visibility(kind.value == Role.TEACHER and bool(board.overview.subjects))

    kind.on_value_change(show_subjects)
    kind.set_value(role)
    show_subjects()
    full_name.on_value_change(propose)
    for field in (full_name, username):
        field.on("keydown.enter", add)
