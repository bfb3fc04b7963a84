"""The picture of a cited page, and where the passage stands on it: two routes that the page viewer asks."""

from nicegui import app
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from nexus_appliance.errors import Failure, NexusError, NotAllowed
from nexus_appliance.operations.pictures import WIDTHS
from nexus_appliance.school.callers import Caller
from ui.cookies import session_token
from ui.pages import STATUS
from ui.school_words import page_name
from ui.site import current_appliance, current_site
from ui.words import sentence

PATH = "/halaman/{subject}/{key}/{page}"

KEEP = {"Cache-Control": "private, max-age=3600"}
"""A picture never changes: its key names this version of the book."""


def picture_address(subject: str, key: str, page: int) -> str:
    """Where the picture of a page is; `/sorot` after it gives the places of the passage."""
    return PATH.format(subject=subject, key=key, page=page)


def register_pictures() -> None:
    """Register the routes."""
    app.get(PATH)(picture)
    app.get(PATH + "/sorot")(highlight)


async def picture(request: Request, subject: str, key: str, page: str) -> Response:
    """The page as WebP; `lebar` is the width in pixels."""
    try:
        caller = await _caller(request)
        width = _number(request.query_params.get("lebar", str(WIDTHS[0])))
        async with current_site().drawing:
            draw = current_appliance().pictures.draw
            drawn = await current_site().call(draw, caller, subject, key, _number(page), width)
    except NexusError as error:
        return _told(error)
    return Response(drawn, media_type="image/webp", headers=KEEP)


async def highlight(request: Request, subject: str, key: str, page: str) -> Response:
    """JSON: `rectangles` as shares of the picture, `pages` of the book, `name` of this page in words."""
    try:
        caller = await _caller(request)
        number = _number(page)
        async with current_site().drawing:
            found = await current_site().call(current_appliance().pictures.find, caller, subject, key, number)
    except NexusError as error:
        return _told(error)
    name = page_name(number, found.printed)
    return JSONResponse({"rectangles": found.rectangles, "pages": found.page_count, "name": name}, headers=KEEP)


async def _caller(request: Request) -> Caller:
    caller = await current_site().signed_in.resolve(session_token(request.cookies))
    if caller is None:
        raise NotAllowed(Failure.SIGNED_OUT)
    return caller


def _number(text: str) -> int:
    """The number, 0 for what is none: there is no page 0."""
    return int(text) if text.isdecimal() and len(text) <= 6 else 0


def _told(error: NexusError) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    return PlainTextResponse(sentence(error), status)
