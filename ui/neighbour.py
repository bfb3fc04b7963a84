"""The channel of this school for other schools' servers, at /kanal, where the school has been told to serve it."""

from pathlib import Path

from nicegui import app
from starlette.responses import FileResponse, PlainTextResponse, Response

from ui.site import current_appliance, current_site

PATH = "/kanal/{path:path}"


def register_neighbour() -> None:
    """Register the route."""
    app.get(PATH)(channel_file)


async def channel_file(path: str) -> Response:
    """A file of the channel, with ranges; it is signed, so everybody may have it."""
    found = await current_site().call(current_appliance().neighbour.file, path)
    if found is None:
        return PlainTextResponse("", 404)
    if isinstance(found, Path):
        return FileResponse(found, media_type="application/octet-stream")
    return Response(found, media_type="application/octet-stream")
