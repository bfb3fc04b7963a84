"""Whether an account may sign in: a new password, disabling, enabling."""

from nicegui import ui

from nexus_appliance.errors import NexusError
from nexus_appliance.school.accounts import Account
from ui.admin.board import Board
from ui.admin.slip import show_slip
from ui.components.button import danger_button, quiet_button
from ui.components.confirm import confirm
from ui.components.toast import toast, toast_failure
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site


def access_buttons(board: Board, account: Account, dialog: ui.dialog) -> None:
    """The buttons; one's own password is changed on /sandi, for a reset would end this very page."""

    async def reset() -> None:
        with board.dialogs:
            if await _reset(board, account):
                dialog.close()

    async def switch() -> None:
        with board.dialogs:
            if await (_enable(account) if account.disabled else _disable(board, account)):
                dialog.close()

    with ui.element("div").classes("nx-access"):
        if account.id == board.caller.user_id:
            ui.link(_("Change my own password"), "/sandi").classes("nx-text-link")
        else:
            quiet_button(_("Reset password"), reset, "key")
        if account.disabled:
            quiet_button(_("Enable account"), switch, "lock_open")
        else:
            danger_button(_("Disable account"), switch, "block")


async def _reset(board: Board, account: Account) -> bool:
    text = _("The old password stops working and {name} is signed out everywhere.", name=account.full_name)
    if not await confirm(_("Reset the password?"), text, _("Reset password"), danger=True):
        return False
    try:
        accounts = current_appliance().accounts
        password = await current_site().call_hashing(accounts.set_password, current_caller(), account.username)
    except NexusError as error:
        toast_failure(error)
        return False
    show_slip(board, account.full_name, account.username, password)
    return True


async def _disable(board: Board, account: Account) -> bool:
    text = _("{name} is signed out at once and cannot sign in any more. Nothing is deleted.", name=account.full_name)
    if account.id == board.caller.user_id:
        text = _("This is your own account: you are signed out at once and cannot sign in any more.")
    if not await confirm(_("Disable the account?"), text, _("Disable account"), danger=True):
        return False
    return await _done(account, enable=False)


async def _enable(account: Account) -> bool:
    text = _("{name} can sign in again with the old password.", name=account.full_name)
    if not await confirm(_("Enable the account?"), text, _("Enable account")):
        return False
    return await _done(account, enable=True)


async def _done(account: Account, *, enable: bool) -> bool:
    accounts = current_appliance().accounts
    change = accounts.enable if enable else accounts.disable
    try:
        await current_site().call(change, current_caller(), account.username)
    except NexusError as error:
        toast_failure(error)
        return False
    toast(_("The account is enabled.") if enable else _("The account is disabled."))
    return True
