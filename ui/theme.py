"""The frame around every page: `with frame(title, caller):` gives header, navigation, and the main part."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import app, context, ui

from nexus_appliance.school.callers import Caller
from ui.components.account_menu import account_menu
from ui.components.bell import bell
from ui.components.switches import language_switch, theme_switch
from ui.components.text import Text
from ui.cookies import THEME
from ui.i18n import _
from ui.navigation import entries_for
from ui.paths import ASSETS
from ui.site import current_site

PRODUCT = "OpenClass Nexus"

PAPER, PAPER_DARK = "#faf5ea", "#12201f"
"""The page's background in light and dark; the same values stand in nexus.css."""

BACKGROUND = {
    "light": f"html{{background:{PAPER}}}",
    "dark": f"html{{background:{PAPER_DARK}}}",
    "auto": f"html{{background:{PAPER}}}@media(prefers-color-scheme:dark){{html{{background:{PAPER_DARK}}}}}",
}
"""Shown before the scripts run, so that a dark room is not lit by a white flash."""


@contextmanager
def frame(title: str, caller: Caller | None = None, *, live: bool = True) -> Iterator[ui.element]:
    """Everything around a page's own content; yields its element, which stands in the page's only `main` (Quasar's).

    `title` is already translated. Without a caller (sign-in, set-up) there is neither navigation nor account menu.
    `live` marks pages whose caller has notices to see; the bell is left out where it would distract.
    """
    ui.page_title(f"{title} · {school_name()}")
    _head()
    with ui.header(wrap=False).classes("nx-header"), ui.element("div").classes("nx-header-row"):
        _brand()
        if caller is None:
            ui.space()
            language_switch()
            theme_switch()
        else:
            _navigation(caller)
            ui.space()
            if live:
                bell()
            account_menu(caller)
    with ui.element("div").classes("nx-main") as main:
        yield main
    ui.skip_link(_("Skip to the content"), target=main)


def school_name() -> str:
    """What the header calls this school."""
    return current_site().services.config.school or PRODUCT


def register_assets() -> None:
    """Serve style sheets, scripts, icons and KaTeX from this machine, and set Quasar's colours."""
    for folder in ("css", "js", "icons", "katex"):
        app.add_static_files(f"/{folder}", ASSETS / folder, max_cache_age=0)
    app.colors(
        primary="#0f5b57",
        secondary="#c47f17",
        accent="#9a5a0a",
        dark="#1a2b29",
        dark_page=PAPER_DARK,
        positive="#2e6b3a",
        negative="#a8321f",
        info="#2b5d8a",
        warning="#8a5a00",
    )


def chosen_theme() -> str:
    """The visitor's theme: light, dark or auto (as the device says)."""
    chosen = context.client.request.cookies.get(THEME, "auto")
    return chosen if chosen in BACKGROUND else "auto"


def _head() -> None:
    theme = chosen_theme()
    ui.add_head_html(
        f"<style>{BACKGROUND[theme]}</style>"
        '<link rel="stylesheet" href="/css/nexus.css"><script src="/js/nexus.js"></script>'
        '<meta name="theme-color" content="#0f5b57">'
    )
    ui.dark_mode({"light": False, "dark": True, "auto": None}[theme])


def _brand() -> None:
    with ui.element("a").props('href="/"').classes("nx-brand"):
        ui.element("img").props('src="/icons/nexus.svg" alt="" width=32 height=32')
        Text("span", school_name())


def _navigation(caller: Caller) -> None:
    entries = entries_for(caller.role)
    if len(entries) < 2:
        return
    path = context.client.page.path
    with ui.element("nav").classes("nx-nav") as nav:
        for entry in entries:
            link = ui.element("a").props(f'href="{entry.path}"').classes("nx-nav-link")
            if entry.path == path:
                link.props["aria-current"] = "page"
            with link:
                ui.icon(entry.icon).props("aria-hidden=true")
                Text("span", _(entry.label))
    nav.props["aria-label"] = _("Pages")
