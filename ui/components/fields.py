"""Form fields with a visible label, a hint, and room for the reason why a value was refused."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from nicegui import ui

Change = Callable[..., Any]
F = TypeVar("F", ui.input, ui.select)


def text_field(label: str, hint: str = "", *, limit: int = 200, value: str = "") -> ui.input:
    """One line of text of at most `limit` characters; the server checks again."""
    return _shaped(ui.input(label, value=value).props(f"maxlength={limit}"), hint)


def text_area(label: str, *, limit: int, value: str = "") -> ui.textarea:
    """Some lines of text of at most `limit` characters; the server checks again."""
    return (
        ui.textarea(label, value=value)
        .props(f"maxlength={limit} counter autogrow outlined stack-label")
        .classes("nx-field")
    )


def search_field(label: str, on_change: Change) -> ui.input:
    """A line to search in a list; `on_change` runs 0.3 s after the last key."""
    field = ui.input(label, on_change=on_change).props("clearable debounce=300 type=search")
    with field.add_slot("prepend"):
        ui.icon("search").props("aria-hidden=true")
    return _shaped(field, "")


def select_field(label: str, options: Mapping[Any, str], hint: str = "", on_change: Change | None = None) -> ui.select:
    """A choice from a list of value -> words."""
    field = ui.select(dict(options), label=label, on_change=on_change)
    return _shaped(field.props("options-dense behavior=menu"), hint)


def choices_field(label: str, options: Mapping[str, str], hint: str = "") -> ui.select:
    """Any number of choices from a list of value -> words; typing narrows the list."""
    field = ui.select(dict(options), label=label, multiple=True, with_input=True).props("use-chips behavior=menu")
    return _shaped(field, hint)


def password_field(label: str, hint: str = "") -> ui.input:
    """A password that can be shown while typing."""
    return _shaped(ui.input(label, password=True, password_toggle_button=True).props("maxlength=200"), hint)


def refuse(field: ui.input | ui.select | ui.textarea, reason: str) -> None:
    """Show below the field why its value was refused."""
    field.props["error"] = True
    field.props["error-message"] = reason


def accept(field: ui.input | ui.select | ui.textarea) -> None:
    """Take the reason away again."""
    field.props["error"] = False


def _shaped(field: F, hint: str) -> F:
    if hint:
        field.props["hint"] = hint
    return field.props("outlined stack-label").classes("nx-field")
