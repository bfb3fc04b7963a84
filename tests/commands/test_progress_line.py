"""What a book's progress looks like in a log and on a terminal."""

import sys

import pytest

from nexus_appliance.commands.progress_line import ProgressLine

EVENTS = (
    {"stage": "", "done": 0, "total": 0, "seconds_left": None},
    {"stage": "extract", "done": 1, "total": 9, "seconds_left": None},
    {"stage": "extract", "done": 9, "total": 9, "seconds_left": 12.4},
    {"stage": "encode", "done": 4, "total": 20, "seconds_left": 8.0},
)


def shown() -> None:
    with ProgressLine() as show:
        for event in EVENTS:
            show(event)


def test_a_log_gets_one_line_for_each_stage(capsys: pytest.CaptureFixture[str]) -> None:
    shown()
    assert capsys.readouterr().err.splitlines() == ["queued", "extract", "encode, ~8 s"]


def test_a_terminal_sees_one_line_drawn_anew(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    shown()
    told = capsys.readouterr().err
    assert told.count("\r") == len(EVENTS)
    assert "extract    9/9, ~12 s" in told
    assert told.endswith("\n")
    assert told.count("\n") == 1


def test_an_error_starts_on_a_line_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with pytest.raises(OSError), ProgressLine() as show:
        show(EVENTS[1])
        raise OSError
    assert capsys.readouterr().err.endswith("\n")
