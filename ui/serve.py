"""Run the web page: one process, one event loop, no reload, no browser opened."""

import signal
import sys
from collections.abc import Awaitable, Callable, Sequence

from nicegui import app, ui

from nexus_appliance.config import Config
from nexus_appliance.operations.ports import require_free
from ui.app import create_app
from ui.garbage import search_when_quiet
from ui.paths import ASSETS
from ui.security import SMALL_BODY
from ui.site import Services
from ui.theme import PRODUCT

RECONNECT = 30.0
"""Seconds a page waits for its browser; NiceGUI's three drop pages whenever a busy machine stalls."""

FAREWELL = 3
"""Seconds that open requests have when the server stops."""


Step = Callable[[], Awaitable[None]]


def serve(services: Services, *, starting: Sequence[Step] = (), stopping: Sequence[Step] = ()) -> None:
    """Serve until the process is told to stop; raise `Unavailable` (port_in_use) before anything is started.

    `starting` and `stopping` run on the event loop when it begins and before it ends, in this order.

    NiceGUI's own storage and its session cookie stay off: nothing is kept in them.
    """
    config = services.config
    require_free(config)
    create_app(services)
    for step in starting:
        app.on_startup(step)
    app.on_startup(search_when_quiet)
    for step in stopping:
        app.on_shutdown(step)
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn ends cleanly, then raises the signal once more
        signal.signal(number, lambda *_: sys.exit(0))
    run(config)


def run(config: Config) -> None:
    """NiceGUI's `ui.run` with our settings."""
    ui.run(
        host=config.host,
        port=config.port,
        title=config.school or PRODUCT,
        favicon=ASSETS / "icons" / "nexus.svg",
        dark=None,
        language="id",
        reconnect_timeout=RECONNECT,
        reload=False,
        show=False,
        tailwind=False,
        show_welcome_message=False,
        uvicorn_logging_level="warning",
        ws_max_size=SMALL_BODY,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=FAREWELL,
    )
