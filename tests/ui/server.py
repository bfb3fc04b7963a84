"""The web page on a real port: in this loop for attacks, or as a process: `python -m tests.ui.server HOME PORT`.

As a process it copies HOME/../template.sqlite, a migrated database, and serves until it is ended.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from nicegui import core

from tests.ui.school import School, found_school
from tests.ui.site import prepared
from ui.security import SMALL_BODY
from ui.serve import serve


@contextlib.asynccontextmanager
async def listening(school: School) -> AsyncIterator[str]:
    """The application of `school` on a free port of this machine; yields its address."""
    with prepared(school):
        config = uvicorn.Config(
            core.app,
            "127.0.0.1",
            0,
            ws="wsproto",
            ws_max_size=SMALL_BODY,
            log_level="error",
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 uvicorn has no event for it
            await asyncio.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await running


if __name__ == "__main__":
    home = Path(sys.argv[1])
    serve(found_school(home, home.parent / "template.sqlite", port=int(sys.argv[2])))
