"""The menu of the signed-in person: pages, language, theme, password, signing out."""

from nicegui import ui

from nexus_appliance.school.callers import Caller, Role
from ui.components.button import icon_button
from ui.components.switches import language_switch, theme_switch
from ui.components.text import Text
from ui.i18n import _, noted
from ui.navigation import entries_for

ROLE_NAMES = {
    "student": noted("Student"),
    "teacher": noted("Teacher"),
    "admin": noted("Administrator"),
    "technician": noted("Technician"),
    "operator": noted("Operator"),
}


def account_menu(caller: Caller) -> None:
    """A round button with the person's initials that opens the menu."""
    button = icon_button("", _("Menu of {name}", name=caller.full_name or caller.username)).classes("nx-account")
    with button:
        Text("span", initials(caller.full_name or caller.username)).props("aria-hidden=true")
        with ui.menu().props("anchor='bottom right' self='top right'").classes("nx-menu"):
            _who(caller)
            for entry in entries_for(caller.role):
                _link(entry.path, entry.icon, _(entry.label))
            if caller.role is not Role.STUDENT:
                _link("/konsol", "dns", _("Server"))
            ui.separator()
            with ui.element("div").classes("nx-menu-row"):
                language_switch()
                theme_switch()
            ui.separator()
            _link("/sandi", "key", _("Change password"))
            item = _link("", "logout", _("Sign out"))
            item.on("click", js_handler="() => nexus.signOut()")


def initials(name: str) -> str:
    """At most two capital letters for a name."""
    words = [word for word in name.replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


def role_name(role: str) -> str:
    """A role in the visitor's language."""
    return _(ROLE_NAMES[role])


def _who(caller: Caller) -> None:
    with ui.element("div").classes("nx-menu-who"):
        Text("strong", caller.full_name or caller.username)
        Text("span", f"{caller.username} · {role_name(caller.role)}").classes("nx-muted")


def _link(path: str, icon: str, text: str) -> ui.element:
    item = ui.element("q-item").props("clickable v-close-popup").classes("nx-menu-item")
    if path:
        item.props["tag"] = "a"
        item.props["href"] = path
    with item:
        ui.icon(icon).props("aria-hidden=true")
        Text("span", text)
    return item
