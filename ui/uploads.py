"""Files that come in: one route a kind, the raw file as the body, checked and capped before a byte reaches the disk.

docs/adr/0002-uploads.md says why this is not NiceGUI's upload element.
"""

import asyncio
import errno
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from nicegui import app
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, NexusError, NotAllowed, Unavailable
from nexus_appliance.school.callers import Caller, Role
from ui.cookies import session_token
from ui.site import current_site
from ui.words import sentence

BOOK_UPLOAD = "/guru/buku"
"""Where a teacher's browser sends a book."""

MEGABYTE = 1_000_000
WRITE_SIZE = 1 << 20
"""Bytes gathered in memory between two writes."""

NAME_LENGTH = 200
"""Characters of the client's file name that are kept, for showing only; it never becomes a path."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A received file: `path` is ours to move or delete, `filename` is what the visitor called it."""

    path: Path
    filename: str
    size: int


Take = Callable[[Caller, StagedFile, Mapping[str, str]], Awaitable[Mapping[str, str | int]]]
"""Does something with a received file and the fields sent with it; the result is told to the browser."""


def upload_limits(config: Config) -> dict[str, int]:
    """The bytes that the wall lets through, by path."""
    return {BOOK_UPLOAD: config.upload_limit * MEGABYTE}


def upload_route(path: str, take: Take, *roles: Role) -> None:
    """Register a route that receives one file for the given roles and hands it to `take`.

    The browser sends the file as the body and the fields in the query (`filename` among them). The answer is JSON:
    what `take` returned, or {"failure": code, "text": sentence}. A file that `take` leaves behind is deleted.
    """

    async def receive(request: Request) -> Response:
        staged: StagedFile | None = None
        try:
            caller = await _authorised(request, roles)
            staged = await stage(request, current_site().services.config)
            return JSONResponse(dict(await take(caller, staged, dict(request.query_params))))
        except NexusError as error:
            status = 403 if isinstance(error, NotAllowed) else 400
            return JSONResponse({"failure": error.code.value, "text": sentence(error)}, status)
        finally:
            if staged:
                staged.path.unlink(missing_ok=True)

    receive.__module__, receive.__qualname__ = take.__module__, take.__qualname__
    app.post(path)(receive)


async def stage(request: Request, config: Config) -> StagedFile:
    """Write the body to a new file in HOME/staging; nothing stays when the visitor leaves or the disk is full."""
    folder = config.home / "staging"
    path = folder / f"upload-{secrets.token_hex(16)}.part"
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    try:
        size = await _write(request, path, config.upload_limit * MEGABYTE)
    except BaseException as error:  # whatever ends the request, the half of a file must go
        path.unlink(missing_ok=True)
        if isinstance(error, ClientDisconnect):
            raise Invalid(Failure.UPLOAD_MISSING) from error
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(Failure.DISK_FULL) from error
        raise
    return StagedFile(path, shown_name(request.query_params.get("filename", "")), size)


def shown_name(name: str) -> str:
    """The client's file name without folders and control characters, shortened."""
    last = PurePosixPath(PureWindowsPath(name).name).name
    return "".join(letter for letter in last if letter.isprintable())[-NAME_LENGTH:] or "buku.pdf"


async def _authorised(request: Request, roles: tuple[Role, ...]) -> Caller:
    caller = await current_site().signed_in.resolve(session_token(request.cookies))
    if caller is None:
        raise NotAllowed(Failure.SIGNED_OUT)
    if caller.must_change_password:
        raise NotAllowed(Failure.PASSWORD_CHANGE_NEEDED)
    caller.require(*roles)
    return caller


async def _write(request: Request, path: Path, limit: int) -> int:
    """The number of bytes written; raise `Invalid` (upload_too_large) beyond `limit` bytes."""
    size, waiting = 0, bytearray()

    def flush() -> None:
        file.write(waiting)
        waiting.clear()

    file = await asyncio.to_thread(path.open, "xb")
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise Invalid(Failure.UPLOAD_TOO_LARGE, limit=limit // MEGABYTE)
            waiting += chunk
            if len(waiting) >= WRITE_SIZE:
                await asyncio.to_thread(flush)
        await asyncio.to_thread(flush)
    finally:
        await asyncio.to_thread(file.close)
    return size
