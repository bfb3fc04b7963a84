"""The dialog of one account: role, subjects, password, and whether it may sign in."""

from nicegui import ui

from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.school.accounts import Account
from nexus_appliance.school.callers import ACCOUNT_ROLES, Role
from ui.admin.access import access_buttons
from ui.admin.board import Board
from ui.components.account_menu import role_name
from ui.components.busy import busy
from ui.components.button import primary_button, quiet_button
from ui.components.confirm import confirm
from ui.components.fields import choices_field, select_field
from ui.components.refusal import refused_at
from ui.components.sheet import sheet
from ui.components.text import Text
from ui.components.toast import toast
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site


def open_person(board: Board, username: str) -> None:
    """Everything that can be changed about an account; nothing when it is gone meanwhile."""
    account = board.overview.find(username)
    if account is None:
        return
    with board.dialogs, sheet(account.full_name) as dialog:
        Text("p", account.username).classes("nx-muted nx-under-title")
        role = select_field(_("Role"), {one: role_name(one) for one in ACCOUNT_ROLES})
        taught = choices_field(_("Subjects"), board.overview.subject_names())
        with ui.element("div").classes("nx-actions"):
            quiet_button(_("Cancel"), dialog.close)
            button = primary_button(_("Save"), lambda: save()).mark("save")
        ui.separator()
        access_buttons(board, account, dialog)
    role.set_value(account.role)
    taught.set_value(list(account.subjects))

    def show_subjects() -> None:
        taught.set_visibility(role.value == Role.TEACHER and bool(board.overview.subjects))

    async def save() -> None:
        try:
            with board.dialogs, busy(button):
                if await _save(account, str(role.value), list(taught.value)):
                    toast(_("Saved."))
                    dialog.close()
        except NexusError as error:
            refused_at({Failure.LAST_ADMIN: role, Failure.SUBJECT_UNKNOWN: taught}, error)

    role.on_value_change(show_subjects)
    show_subjects()


async def _save(account: Account, role: str, codes: list[str]) -> bool:
    """Whether it was saved; a new role is confirmed first, for it ends the logins of the old one."""
    accounts = current_appliance().accounts
    if role != account.role:
        if not await _confirm_role(account, role):
            return False
        await current_site().call(accounts.set_role, current_caller(), account.username, role)
    if role == Role.TEACHER:
        await current_site().call(accounts.assign, current_caller(), account.username, codes)
    return True


async def _confirm_role(account: Account, role: str) -> bool:
    name, work = account.full_name, role_name(role)
    text = _("{name} is signed out everywhere and is {role} from then on.", name=name, role=work)
    if account.subjects:
        text += " " + _("The assigned subjects are taken away.")
    return await confirm(_("Change the role?"), text, _("Change role"))
