"""The window on the server's screen, with a browser that only notes what it is told."""

import subprocess
import webbrowser
from pathlib import Path

import pytest
from filelock import FileLock

from nexus_appliance.operations import window
from nexus_appliance.operations.window import keep_kiosk, open_window
from tests.operations.programs import Programs

URL = "http://localhost:8123"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = Programs(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(made.folder))
    return made


def opened(process: "subprocess.Popen[bytes] | None") -> "subprocess.Popen[bytes]":
    assert process is not None
    return process


def ended(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def test_the_page_stands_in_a_window_without_bars_and_a_profile_of_its_own(programs: Programs, tmp_path: Path) -> None:
    programs.add("chromium")
    opened(open_window(URL)).wait()
    (call,) = programs.calls("chromium", 1)
    assert f"--app={URL}" in call
    assert f"--user-data-dir={tmp_path}/cache/nexus-window/window/profile" in call


def test_an_open_window_comes_to_the_front(programs: Programs) -> None:
    programs.add("chromium", lasts=True)
    programs.add("wmctrl")
    first = opened(open_window(URL))
    programs.calls("chromium", 1)
    assert open_window(URL) is None
    assert programs.calls("wmctrl", 1) == [["-x", "-a", "openclass-nexus"]]
    assert len(programs.calls("chromium", 1)) == 1
    ended(first)
    ended(opened(open_window(URL)))


def test_where_no_window_can_be_raised_another_one_opens(programs: Programs) -> None:
    programs.add("google-chrome", lasts=True)
    windows = [opened(open_window(URL)) for _ in range(2)]
    assert len(programs.calls("google-chrome", 2)) == 2
    for one in windows:
        ended(one)


def test_without_such_a_browser_the_usual_one_shows_the_page(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", shown.append)
    assert open_window(URL) is None
    assert shown == [URL]
    assert not keep_kiosk(URL)


def test_a_kiosk_comes_back(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    programs.add("chromium")
    monkeypatch.setattr(window, "REOPEN", 0.01)
    left = iter([True, True, True, False])
    assert keep_kiosk(URL, lambda: next(left))
    assert [call[-2:] for call in programs.calls("chromium", 3)] == [["--kiosk", URL]] * 3


def test_a_second_kiosk_leaves_the_first_one_alone(programs: Programs, tmp_path: Path) -> None:
    programs.add("chromium")
    folder = tmp_path / "cache" / "nexus-window" / "kiosk"
    folder.mkdir(parents=True)
    with FileLock(folder / "lock"):
        assert keep_kiosk(URL, lambda: pytest.fail("a second kiosk goes on"))


def test_a_kiosk_and_a_window_have_each_a_browser_of_their_own(programs: Programs) -> None:
    programs.add("chromium")
    opened(open_window(URL)).wait()
    left = iter([True, False])
    assert keep_kiosk(URL, lambda: next(left))
    profiles = [call[0] for call in programs.calls("chromium", 2)]
    assert len(set(profiles)) == 2
