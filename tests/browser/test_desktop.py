"""The window of `nexus open` on a real desktop: X11, a window manager, Chromium."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

from nexus_appliance.operations import window
from nexus_appliance.operations.waiting_room import waiting_room
from nexus_appliance.operations.window import open_window
from tests.tools import need

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

PROGRAMS = ("Xvfb", "openbox", "wmctrl", "xdotool", "xprop", "xmessage", "chromium")


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty screen with a window manager; Chromium may run on it as root."""
    need(*PROGRAMS)
    programs = tmp_path / "bin"
    programs.mkdir()
    chromium = programs / "chromium"
    chromium.write_text(f'#!/bin/sh\nexec {shutil.which("chromium")} --no-sandbox "$@"\n')
    chromium.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with ExitStack() as parts:
        told, number = os.pipe()
        start(parts, "Xvfb", "-displayfd", str(number), "-screen", "0", "1280x800x24", pass_fds=(number,))
        os.close(number)
        with os.fdopen(told) as stream:
            monkeypatch.setenv("DISPLAY", f":{stream.readline().strip()}")
        start(parts, "openbox")
        assert until(lambda: subprocess.run(("wmctrl", "-m"), capture_output=True, check=False).returncode == 0)
        yield
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if any(str(tmp_path) in word for word in child.cmdline()):
                    child.kill()


def start(parts: ExitStack, *command: str, pass_fds: tuple[int, ...] = ()) -> None:
    """A program that ends with the test."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=pass_fds)
    parts.callback(process.wait)
    parts.callback(process.terminate)


def until(there: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it comes to pass in time."""
    end = time.monotonic() + seconds
    while not (found := there()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def in_front() -> str:
    """What the window is called that the keyboard speaks to: WM_CLASS."""
    return told("xprop", "-id", told("xdotool", "getactivewindow") or "0", "WM_CLASS")


def told(*command: str) -> str:
    """What a program prints; empty when it fails."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def windows() -> int:
    """How many windows of ours are open."""
    return len(told("xdotool", "search", "--onlyvisible", "--class", window.CLASS).split())


def test_it_opens_in_front_and_a_second_start_brings_it_back(desktop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with waiting_room("Server sedang dinyalakan", "id") as (url, news):
        process = open_window(url)
        assert process is not None
        assert until(lambda: window.CLASS in in_front())
        other = subprocess.Popen(("xmessage", "-name", "lain", "Pekerjaan lain"))
        assert until(lambda: "lain" in in_front())
        assert open_window(url) is None
        assert until(lambda: window.CLASS in in_front())
        assert until(lambda: windows() == 1)  # xdotool stumbles over windows that come and go
        other.kill()
        other.wait()
        process.kill()
        process.wait()
        news.heard.set()
