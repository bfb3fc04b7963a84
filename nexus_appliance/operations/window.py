"""The window on the server's own screen: a browser without its bars, or full screen and back again when closed."""

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import platformdirs
import psutil
from filelock import FileLock, Timeout

TITLE = "OpenClass Nexus"

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge", "brave-browser")
"""Programs that show a page without bars, on Linux."""

WINDOWS = (
    r"Microsoft\Edge\Application\msedge.exe",
    r"Google\Chrome\Application\chrome.exe",
    r"BraveSoftware\Brave-Browser\Application\brave.exe",
)
"""The same below Program Files; Edge comes with Windows."""

REOPEN = 1.0
"""Seconds until a kiosk's window is there again."""

CLASS = "openclass-nexus"
"""The class of the window on X11: its title is the page's, with the school's name."""

RAISING = (("wmctrl", "-x", "-a", CLASS), ("xdotool", "search", "--class", CLASS, "windowactivate"))
"""Commands that bring a window to the front on X11, where one of them is installed."""

RAISING_WINDOWS = "exit [int](-not (New-Object -ComObject WScript.Shell).AppActivate({pid}))"


def browser() -> Path | None:
    """The first browser that can show a page without bars."""
    if sys.platform == "win32":
        roots = [Path(os.environ[name]) for name in ("ProgramFiles", "ProgramFiles(x86)") if name in os.environ]
        return next((root / place for place in WINDOWS for root in roots if (root / place).is_file()), None)
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    return Path(found) if found else None


def open_window(url: str) -> "subprocess.Popen[bytes] | None":
    """Show the page in a window of its own; a window that is open already comes to the front. Does not wait.

    Returns the browser's process, None where none was started or it is not one of ours.
    """
    pid = _open_window()
    if pid and _raise(pid):
        return None
    program = browser()
    if program is not None:
        process = _start("window", program, f"--class={CLASS}", f"--app={url}")
        (_folder("window") / "pid").write_text(str(process.pid), "ascii")
        return process
    if importlib.util.find_spec("webview"):
        webview = importlib.import_module("webview")
        webview.create_window(TITLE, url)
        webview.start()
    else:
        webbrowser.open(url)
    return None


def keep_kiosk(url: str, goes_on: Callable[[], bool] = lambda: True) -> bool:
    """Full screen, opened again when it is closed, as long as it `goes_on`; one at a time.

    False when no browser here can do that.
    """
    program = browser()
    if program is None:
        return False
    with suppress(Timeout), FileLock(_folder("kiosk") / "lock", timeout=0):
        while goes_on():
            _start("kiosk", program, "--kiosk", url).wait()
            time.sleep(REOPEN)
    return True


def _start(kind: str, program: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """With a profile for each kind: a browser that is open already would take the page over and end at once."""
    profile = _folder(kind) / "profile"
    quiet = ("--no-first-run", "--no-default-browser-check", "--disable-features=Translate")
    return subprocess.Popen(
        [str(program), f"--user-data-dir={profile}", *quiet, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _folder(kind: str) -> Path:
    folder = Path(platformdirs.user_cache_path("nexus-window")) / kind
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _open_window() -> int:
    """The browser that was started last for this, if it still runs; else 0."""
    with suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int((_folder("window") / "pid").read_text("ascii")))
        if process.status() != psutil.STATUS_ZOMBIE and any("nexus-window" in word for word in process.cmdline()):
            return process.pid
    return 0


def _raise(pid: int) -> bool:
    commands: Sequence[Sequence[str]] = RAISING
    if sys.platform == "win32":
        commands = (("powershell", "-NoProfile", "-Command", RAISING_WINDOWS.format(pid=pid)),)
    return any(_succeeds(command) for command in commands)


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
