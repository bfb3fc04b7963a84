"""On which port the server listens: one that is easy to type, and the same one after each restart."""

import contextlib
import dataclasses
import errno
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Unavailable

HTTP = 80
"""What a browser takes when an address names no port: nothing to type."""

EASY = (HTTP, 8080)
"""8080 is what people try next; 80 is kept from unprivileged users on many machines."""

OTHERS = range(8081, 8181)
"""Where those are taken."""


def settled(config: Config) -> Config:
    """The settings with the port that the server can take now.

    That of the settings where they name one, else that of the last time, else the first free one. Raises `Unavailable`
    (port_in_use) when it cannot be had, `Invalid` (setting_invalid) for a host that is not one of this machine's.
    """
    if not config.port:
        return dataclasses.replace(config, port=free_port(config))
    require_free(config)
    return config


def require_free(config: Config) -> None:
    """Raise `Unavailable` (port_in_use) when no server can listen on the port of the settings now."""
    if not is_free(config.host, config.port):
        raise Unavailable(Failure.PORT_IN_USE, port=config.port)


def free_port(config: Config) -> int:
    """The port that a server would take where the settings name none; raises `Unavailable` (port_in_use)."""
    candidates: tuple[int, ...] = (*_kept(config), *EASY, *OTHERS)
    for port in dict.fromkeys(candidates):
        if is_free(config.host, port):
            return port
    raise Unavailable(Failure.PORT_IN_USE, port=OTHERS.stop - 1)


def keep_port(config: Config) -> None:
    """Remember the port of a server that has taken it: students have written its address down by tomorrow."""
    with contextlib.suppress(OSError):  # a full disk: the next start looks again
        _file(config).write_text(f"{config.port}\n", "ascii")


def kept_port(config: Config) -> int:
    """The port of the server that runs, or ran last: of the settings, else the kept one; 0 before the first start."""
    return config.port or next(_kept(config), 0)


def is_free(host: str, port: int) -> bool:
    """Whether this process may listen on a port, and nobody does; raises `Invalid` (setting_invalid) for the host."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # there it would let two programs listen on one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise Invalid(Failure.SETTING_INVALID, name="host", value=host) from error
            return False
    return True


def _kept(config: Config) -> Iterator[int]:
    with contextlib.suppress(OSError, ValueError):
        port = int(_file(config).read_text("ascii"))
        if 0 < port < 65536:
            yield port


def _file(config: Config) -> Path:
    return config.home / "port"
