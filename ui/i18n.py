"""Words in the visitor's language: gettext catalogues in assets/locale, chosen by cookie, Indonesian first.

Write `_("{count} pages", count=3)`: the English sentence is the key, values are filled after translation.
"""

import gettext
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from typing import Literal, get_args

from ui.cookies import LANGUAGE
from ui.paths import LOCALE

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LANGUAGE_NAMES: dict[Language, str] = {"id": "Bahasa Indonesia", "en": "English"}

_request: ContextVar[Language | None] = ContextVar("request_language", default=None)


def known_language(text: str | None) -> Language | None:
    """`text` as a language we speak, else None."""
    return next((language for language in LANGUAGES if language == text), None)


def set_first_language(text: str) -> None:
    """Choose the language of visitors who have chosen none (the setting `language`)."""
    from nicegui import app

    app.state.first_language = known_language(text) or "id"


def speak(text: str) -> None:
    """Choose the language of the command line, which has no visitors."""
    _request.set(known_language(text))


def set_request_language(cookies: Mapping[str, str]) -> None:
    """Speak the language of this request's cookie in all that runs for it; pages and plain routes alike."""
    _request.set(known_language(cookies.get(LANGUAGE)))


def current_language() -> Language:
    """The language of the open page this code runs for, else of the request, else the first language."""
    if "nicegui" not in sys.modules:  # NOTE: the command line must not load a web server to say a sentence
        return _request.get() or "id"
    return _page_language() or _request.get() or _first_language()


def _page_language() -> Language | None:
    from nicegui import context
    from nicegui.slot import Slot

    if not Slot.get_stack():
        return None
    request = context.client._request  # NOTE: `request` raises for clients without one
    return None if request is None else known_language(request.cookies.get(LANGUAGE)) or _first_language()


def _first_language() -> Language:
    from nicegui import app

    return known_language(getattr(app.state, "first_language", None)) or "id"


def _(message: str, /, **values: object) -> str:
    """`message` in the current language with `{name}` filled from `values`."""
    text = _catalogue(current_language()).gettext(message)
    return text.format_map(_Known(values)) if values else text


def ngettext(singular: str, plural: str, count: int, /, **values: object) -> str:
    """The form of the message for `count` in the current language; `{count}` is filled too."""
    text = _catalogue(current_language()).ngettext(singular, plural, count)
    return text.format_map(_Known({"count": count, **values}))


def noted(message: str) -> str:
    """Mark a message for translation here, translate it later with `_`."""
    return message


def register_nicegui_texts() -> None:
    """Give NiceGUI's own popups their Indonesian words; it has none."""
    from nicegui.translations import translations as nicegui_texts

    nicegui_texts["id"] = {
        "connection_lost": "Sambungan ke server terputus.",
        "trying_to_reconnect": "Mencoba menyambung lagi ...",
        "message_too_long": "Teks terlalu panjang",
        "message_too_long_body": "Teks ini terlalu panjang untuk dikirim. Pendekkan, lalu coba lagi.",
    }


class _Known(dict[str, object]):
    """Values of a sentence; one that is missing shows as an ellipsis instead of breaking the page."""

    def __missing__(self, key: str) -> str:
        return "…"


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("nexus", LOCALE, [language])
