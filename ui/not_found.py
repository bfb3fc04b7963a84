"""An address that does not exist: a small page without a socket, for it may be asked for by anybody, often."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ui.i18n import _, current_language

PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/css/nexus.css"></head><body class="nx-plain">
<main class="nx-main"><section class="nx-empty">
<img src="/icons/nexus.svg" alt="" width="64" height="64"><h1 class="nx-h1">{title}</h1><p>{text}</p>
<a class="nx-button" href="/">{link}</a></section></main></body></html>"""


async def not_found(request: Request, _error: Exception) -> Response:
    """404 in words, with a way back."""
    if request.method not in ("GET", "HEAD") or request.url.path.startswith(
        ("/_nicegui", "/css", "/js", "/icons", "/katex")
    ):
        return Response(status_code=404)
    page = PAGE.format(
        language=current_language(),
        title=escape(_("This page does not exist")),
        text=escape(_("The address may be mistyped, or the page has moved.")),
        link=escape(_("Start page")),
    )
    return HTMLResponse(page, 404)
