"""The server as a service of Windows: a process that the service manager talks to, and the server as its child.

Names in capitals are those of the Windows SDK. What can only be seen on Windows is in docs/DEPLOYMENT.md.
"""

import importlib
import os
import subprocess
from collections.abc import Callable
from typing import Any

NAME = "OpenClassNexus"
TITLE = "OpenClass Nexus"

STOP_MILLISECONDS = 60_000
"""What the service manager is asked to wait at a stop."""


class Child:
    """The server, and how it is asked to end."""

    def __init__(self, command: list[str]) -> None:
        """`command` runs this program; verbs follow it."""
        self._command = command
        self.stopping = False

    def run(self) -> int:
        """Start the server and wait for its end; its exit code."""
        return subprocess.run([*self._command, "serve"], check=False, stdin=subprocess.DEVNULL).returncode

    def stop(self) -> None:
        """Ask it to end; `run` then returns."""
        self.stopping = True
        subprocess.run([*self._command, "stop"], check=False, stdin=subprocess.DEVNULL)


def host(child: Child, leave: Callable[[int], Any] = os._exit) -> None:
    """Give this process to the service manager, until the service has stopped. Windows alone.

    A server that ends by itself ends the service without a word (`leave`), for only then does the manager start it
    again after 5, 30 and 60 seconds, as the installer told it.
    """
    manager = importlib.import_module("servicemanager")
    manager.Initialize()
    manager.PrepareToHostSingle(service_class(child, leave))
    manager.StartServiceCtrlDispatcher()


def service_class(child: Child, leave: Callable[[int], Any]) -> type:
    """What pywin32 wants to have: a class that it makes an object of."""
    util = importlib.import_module("win32serviceutil")
    states = importlib.import_module("win32service")

    class Service(util.ServiceFramework):  # type: ignore[name-defined, misc]
        _svc_name_ = NAME
        _svc_display_name_ = TITLE

        def SvcStop(self) -> None:  # noqa: N802 - pywin32's name
            self.ReportServiceStatus(states.SERVICE_STOP_PENDING, waitHint=STOP_MILLISECONDS)
            child.stop()

        def SvcDoRun(self) -> None:  # noqa: N802 - pywin32's name
            self.ReportServiceStatus(states.SERVICE_RUNNING)
            code = child.run()
            if not child.stopping:
                leave(code or 1)

    return Service
