"""What the checks say of Tesseract and of the clock."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.operations import checks
from nexus_appliance.operations.checks import Check, check_machine
from ui.school_words import check_sentence


def ocr(config: Config) -> Check:
    (found,) = [check for check in check_machine(config, serving=True) if check.name.startswith("ocr")]
    return found


def program(folder: Path, languages: str) -> None:
    file = folder / "tesseract"
    file.write_text(f"#!/bin/sh\n[ $1 = --version ] && echo tesseract 5.3.0 || echo {languages}\n")
    file.chmod(0o755)


def test_the_real_one_is_found(config: Config) -> None:
    found = ocr(config)
    assert (found.verdict, found.values["languages"]) == ("ok", "ind+eng")


@pytest.mark.parametrize(
    ("languages", "name", "verdict"),
    [("eng ind osd", "ocr", "ok"), ("eng osd", "ocr_language", "warning"), ("jpn", "ocr_language", "warning")],
)
def test_its_languages_are_asked_for(
    tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch, languages: str, name: str, verdict: str
) -> None:
    program(tmp_path, languages)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = ocr(config)
    assert (found.name, found.verdict, found.values["version"]) == (name, verdict, "5.3.0")


def test_its_absence_is_worth_a_look(tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = ocr(config)
    assert (found.name, found.verdict) == ("ocr", "warning")
    assert "tesseract-ocr-ind" in str(found.values["hint"])


@pytest.mark.parametrize(("year", "verdict"), [(2000, "failure"), (2100, "ok")])
def test_a_clock_that_went_back_is_named(
    config: Config, monkeypatch: pytest.MonkeyPatch, year: int, verdict: str
) -> None:
    monkeypatch.setattr(checks, "utc_now", lambda: datetime(year, 1, 1, tzinfo=UTC))
    (found,) = (one for one in check_machine(config, serving=True) if one.name == "clock")
    assert (found.verdict, found.values["date"]) == (verdict, f"{year}-01-01")


@pytest.mark.parametrize(
    ("size", "total", "name", "verdict"),
    [
        (1.1, 8, "model", "ok"),
        (1.1, 6.2, "model", "ok"),
        (1.1, 4, "model_fit", "warning"),
        (4.9, 7, "model_fit", "failure"),
    ],
)
def test_a_model_must_fit_into_memory(size: float, total: float, name: str, verdict: str) -> None:
    found = checks._fit("llama-3b", size, 2.6, total)
    assert (found.name, found.verdict) == (name, verdict)
    assert check_sentence(found.name, found.verdict, found.values)
