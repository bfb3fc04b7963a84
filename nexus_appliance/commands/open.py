"""`nexus open`: the server's page in a window on its own screen; starts a server where none runs."""

import subprocess
import sys
import threading
import time
from contextvars import copy_context
from pathlib import Path

import click

from nexus_appliance.commands.running import fail
from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, NexusError, Unavailable
from nexus_appliance.operations.windows_service import NAME
from nexus_appliance.program import UNIT, command_line
from nexus_appliance.storage.home import is_owned
from ui.i18n import current_language, speak
from ui.welcome import starting_sentence
from ui.words import sentence, unexpected_sentence

CONSOLE = "/konsol"
"""Where the window on the server's screen begins (`ui/console.py`)."""

SERVICE_START = f"sc start {NAME}" if sys.platform == "win32" else f"sudo systemctl start {UNIT}"
"""What starts the server where it was installed as a service."""

PATIENCE = 60.0
"""Seconds in which a server that was started must answer."""


@click.command("open")
@click.option("--kiosk", is_flag=True, help="Full screen, and open again when it is closed; ends with Ctrl+C.")
def open_command(kiosk: bool) -> None:
    """Show the server's page in a window; closing it leaves the server running."""
    from nexus_appliance.operations.window import keep_kiosk, open_window

    try:
        config = Config.load()
        port = running_port(config)
        if kiosk:
            port = port or start(config)
            if not keep_kiosk(_page(port, "")):
                open_window(_page(port, ""))
        elif port:
            open_window(_page(port, CONSOLE))
        else:
            open_and_start(config)
    except NexusError as failure:
        fail(failure)


def _page(port: int, path: str) -> str:
    from nexus_appliance.operations.addresses import address_of

    return address_of("localhost", port) + path


def open_and_start(config: Config) -> None:
    """Open the window at once; it says that the server is starting, then shows it, or why it does not start.

    Raises as `start`.
    """
    from nexus_appliance.operations.waiting_room import waiting_room
    from nexus_appliance.operations.window import open_window

    speak(config.language)
    failed: list[NexusError] = []
    with waiting_room(starting_sentence(), current_language()) as (url, news):

        def begin() -> None:
            try:
                news.url = _page(start(config), CONSOLE)
            except NexusError as failure:
                failed.append(failure)
                news.failure = sentence(failure)
            finally:
                news.failure = news.failure or ("" if news.url else unexpected_sentence())

        # a window of pywebview keeps the main thread; the language goes along
        beginning = threading.Thread(target=copy_context().run, args=(begin,))
        beginning.start()
        open_window(url)
        beginning.join()
    if failed:
        raise failed[0]


def running_port(config: Config) -> int:
    """Where one of our servers answers on this machine; 0 where none does."""
    from nexus_appliance.operations.doctor import PROGRAM, signature
    from nexus_appliance.operations.ports import EASY, kept_port

    ports = dict.fromkeys(port for port in (kept_port(config), *EASY) if port)
    return next((port for port in ports if signature("127.0.0.1", port) == PROGRAM), 0)


def start(config: Config) -> int:
    """Start a server that outlives this command, unless one is just starting; its port.

    Raises `Unavailable` (server_silent, service_off, home_not_writable).
    """
    log = config.home / "logs" / "start.log"
    try:
        process = None if is_owned(config.home) else _spawn(config, log)
    except NexusError as error:
        if isinstance(error.__cause__, PermissionError):  # the data are those of the installed service
            raise Unavailable(Failure.SERVICE_OFF, command=SERVICE_START) from error
        raise
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and (is_owned(config.home) or (process is not None and process.poll() is None)):
        if port := running_port(config):
            return port
        time.sleep(0.2)
    raise Unavailable(Failure.SERVER_SILENT, log=str(log))


def _spawn(config: Config, log: Path) -> "subprocess.Popen[bytes]":
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with log.open("wb") as output:
            return subprocess.Popen(
                [*command_line(), "serve"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
    except OSError as error:
        raise Unavailable(Failure.HOME_NOT_WRITABLE, home=str(config.home), reason=str(error.strerror)) from error
