"""Plain HTML forms for signing in, the first administrator and a new password.

They are posted to ordinary routes, so that password managers understand them and no socket is needed.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from nexus_appliance.errors import Failure, NexusError
from ui.components.text import Text
from ui.words import failure_sentence

FIELDS_LIMIT = 20
"""Fields of one form; ours have at most six."""

CARRIED = ("seconds", "minimum", "username", "reason")
"""Values of a failure that travel in the address to the page that shows it."""

MISMATCH = "mismatch"
"""The two new passwords differ; not a failure of the core, which sees only one."""


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form; empty for anything that is not one. The body is bounded by the wall."""
    body = await request.body()
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_LIMIT))
    except ValueError:  # not UTF-8, or too many fields
        return {}


def back_to(path: str, error: NexusError, **more: str) -> RedirectResponse:
    """Show the form again with the failure above it."""
    values = {key: str(value) for key, value in error.values.items() if key in CARRIED}
    return RedirectResponse(f"{path}?{urlencode({'gagal': error.code.value, **values, **more})}", 303)


def failure_banner(query: Mapping[str, str], extra: Mapping[str, str] | None = None) -> None:
    """The failure that the address carries, in words; `extra` maps codes that only the form knows to sentences."""
    code = query.get("gagal", "")
    if code in (extra or {}):
        words = (extra or {})[code]
    elif code in set(Failure):
        words = failure_sentence(code, {key: query[key][:80] for key in CARRIED if key in query})
    else:
        return
    with ui.element("div").classes("nx-banner").props("role=alert"):
        ui.icon("error_outline").props("aria-hidden=true")
        Text("span", words)


def form(path: str) -> ui.element:
    """A form that is posted to `path`."""
    element = ui.element("form").classes("nx-form").props("method=post")
    element.props["action"] = path
    return element


def field(label: str, name: str, kind: str = "text", *, complete: str, value: str = "", hint: str = "") -> None:
    """A labelled native input; `complete` is its autocomplete purpose for password managers."""
    with ui.element("div").classes("nx-native-field"):
        with ui.element("label"):
            Text("span", label)
            control = ui.element("input").props(f"name={name} type={kind} autocomplete={complete}")
        control.props("required maxlength=200")
        control.props["value"] = value
        if name in ("username", "code"):
            control.props("autocapitalize=none spellcheck=false")
        if hint:  # outside the label: it describes the field and is no part of its name
            described = Text("small", hint).classes("nx-muted")
            control.props["aria-describedby"] = described.html_id


def hidden(name: str, value: str) -> None:
    """A value that travels with the form."""
    element = ui.element("input").props(f"type=hidden name={name}")
    element.props["value"] = value


def submit(label: str) -> None:
    """The form's button."""
    with ui.element("button").props("type=submit").classes("nx-submit"):
        Text("span", label)
