"""Buttons: one main action, quiet ones, dangerous ones, and icons that have a name."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from ui.components.text import named

Click = Callable[..., Awaitable[Any] | Any]


def primary_button(text: str, on_click: Click, icon: str | None = None) -> ui.button:
    """The one main action of a card or dialog."""
    return ui.button(text, on_click=on_click, icon=icon).props("unelevated no-caps color=primary").classes("nx-btn")


def quiet_button(text: str, on_click: Click, icon: str | None = None) -> ui.button:
    """Any other action."""
    return ui.button(text, on_click=on_click, icon=icon).props("outline no-caps color=primary").classes("nx-btn")


def danger_button(text: str, on_click: Click, icon: str | None = None) -> ui.button:
    """An action that takes something away; ask with `confirm` first."""
    return ui.button(text, on_click=on_click, icon=icon).props("outline no-caps color=negative").classes("nx-btn")


def icon_button(icon: str, name: str, on_click: Click | None = None) -> ui.button:
    """A round button with an icon; `name` is spoken and shown as a tooltip."""
    button = ui.button(icon=icon, on_click=on_click, color=None).props("flat round").classes("nx-icon-btn")
    named(button, name)
    return button
