"""/tanda: by this the connection doctor and other programs of ours know one of our servers."""

from nicegui import app
from starlette.responses import JSONResponse, Response

from nexus_appliance.operations.doctor import PROGRAM, SIGN


def register_sign() -> None:
    """Register the route."""
    app.get(SIGN)(sign)


async def sign() -> Response:
    """The name of the program; its version is nobody's business before signing in."""
    return JSONResponse({"program": PROGRAM})
