"""The page of a book over the whole screen: opened by a citation, moved by `viewer.js` in the browser alone."""

from nicegui import ui

from ui.components.text import Text
from ui.i18n import _

HEAD = '<link rel="stylesheet" href="/css/student.css"><script src="/js/student.js"></script>'
HEAD += '<link rel="stylesheet" href="/css/viewer.css"><script src="/js/viewer.js"></script>'
HEAD += '<script src="/js/formulas.js"></script>'
"""What a page needs in its head that shows answers with their citations."""


def page_viewer() -> None:
    """The viewer's frame with its words; once on a page."""
    with ui.element("dialog").classes("nx-viewer") as viewer:
        with ui.element("header"):
            with ui.element("div").classes("nx-viewer-title"):
                Text("strong")
                Text("small")
            _button("zoom_out", _("Smaller"), "out")
            _button("zoom_in", _("Larger"), "in")
            _button("close", _("Close"), "close")
        with ui.element("div").classes("nx-viewer-page").props("tabindex=0"):
            with ui.element("div").classes("nx-viewer-sheet"):
                ui.element("img").props('alt=""')
            Text("p").classes("nx-viewer-told").props("role=status")
        with ui.element("footer"):
            _button("chevron_left", _("Page before"), "before")
            Text("span").classes("nx-viewer-place").props("aria-live=polite")
            _button("chevron_right", _("Page after"), "after")
    viewer.props["aria-label"] = _("Page of the book")
    viewer.props["data-loading"] = _("Fetching the page ...")
    viewer.props["data-failed"] = _("The page could not be fetched. Check the connection and try again.")
    viewer.props["data-of"] = _("PDF page {page} of {count}")


def _button(icon: str, name: str, action: str) -> None:
    with ui.element("button").props(f"type=button data-do={action}") as button:
        ui.icon(icon).props("aria-hidden=true")
    button.props["aria-label"] = name
    button.props["title"] = name
