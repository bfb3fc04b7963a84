"""Language and theme: both live in the browser's cookies, so they need no listener on the server."""

from nicegui import ui

from ui.components.button import icon_button
from ui.i18n import LANGUAGE_NAMES, LANGUAGES, _, current_language


def language_switch() -> None:
    """Two small buttons, ID and EN; the chosen one is pressed."""
    chosen = current_language()
    with ui.element("div").classes("nx-switch").props("role=group") as group:
        for language in LANGUAGES:
            button = ui.element("button").props("type=button").classes("nx-switch-button")
            button.props["aria-pressed"] = "true" if language == chosen else "false"
            button.props["aria-label"] = LANGUAGE_NAMES[language]
            button.props["lang"] = language
            button.on("click", js_handler=f"() => nexus.language('{language}')")
            with button:
                ui.label(language.upper())
    group.props["aria-label"] = _("Language")


def theme_switch() -> None:
    """A button that walks through light, dark, and as the device says."""
    button = icon_button("contrast", _("Light, dark, or as the device says"))
    button.on("click", js_handler="() => nexus.nextTheme()")
