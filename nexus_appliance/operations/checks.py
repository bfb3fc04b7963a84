"""Start-up checks: what this machine has, and whether it is enough. `ui.words` has a sentence for each."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import psutil

from nexus_appliance.config import Config
from nexus_appliance.errors import Invalid, NexusError, Unavailable
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.profile import kept_profile, usual_threads
from nexus_appliance.knowledge.ingest import cpu_flags
from nexus_appliance.knowledge.tesseract import LANGUAGES, find_tesseract
from nexus_appliance.operations.ports import settled
from nexus_appliance.program import made_of
from nexus_appliance.storage.database import Database, check_connection
from nexus_appliance.storage.schema import utc_now

Verdict = Literal["ok", "warning", "failure"]

MEMORY_GB = (4.0, 8.0)
"""Below the first the default model does not fit beside the books, below the second nothing else should run."""

BESIDE_MODEL_GB = 2.4
"""The server .8, encoder and page pictures .6, the operating system 1; measured with a hundred students."""

DISK_GB = (1.0, 5.0)
"""Below the first an ingest may fill the disk, below the second only a few books fit."""


SLOW_PROMPT = 40.0
"""Tokens of a prompt read in a second below which a lone question waits more than ten seconds for its first word."""

DAY = 86_400
"""Seconds: time zones and a program that was made today."""

MB = 1024 * 1024

OCR_HINT = (
    "github.com/UB-Mannheim/tesseract" if sys.platform == "win32" else "apt install tesseract-ocr tesseract-ocr-ind"
)
"""Where Tesseract comes from."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: its name, the verdict, and the values of its sentence."""

    name: str
    verdict: Verdict
    values: dict[str, str | int | float] = field(default_factory=dict)


def check_machine(config: Config, *, serving: bool = False) -> list[Check]:
    """All findings, in the order in which a technician should mend them; `serving` when our own server runs."""
    of_machine: list[Callable[[Config], Check]] = [_folder, _disk, _memory, _processor, _clock]
    of_parts: list[Callable[[Config], Check]] = [_database, _model, _speed, _ocr]
    found = [probe(config) for probe in (*of_machine, *of_parts)]
    return found if serving else [*found, _port(config)]


def _folder(config: Config) -> Check:
    place = next(folder for folder in (config.home, *config.home.parents) if folder.exists())
    return Check("folder", "ok" if os.access(place, os.W_OK) else "failure", {"home": str(config.home)})


def _disk(config: Config) -> Check:
    place = next(folder for folder in (config.home, *config.home.parents) if folder.exists())
    free = shutil.disk_usage(place).free / 1e9
    return Check("disk", _graded(free, DISK_GB), {"free_gb": round(free, 1), "advised_gb": DISK_GB[1]})


def _memory(_config: Config) -> Check:
    memory = psutil.virtual_memory()
    values = {"total_gb": round(memory.total / 1e9, 1), "free_gb": round(memory.available / 1e9, 1)}
    return Check("memory", _graded(memory.total / 1e9, MEMORY_GB), {**values, "advised_gb": 16})


def _processor(_config: Config) -> Check:
    """Without AVX2 prompts are 11-15 times slower; without SSE4.2 the model does not run at all."""
    flags = cpu_flags()
    verdict: Verdict = "ok" if "avx2" in flags else "warning" if "sse4_2" in flags else "failure"
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    best = next((name for name in ("avx512f", "avx2", "avx", "sse4_2") if name in flags), "")
    return Check("processor", verdict, {"cores": cores, "kernels": best})


def _clock(_config: Config) -> Check:
    """A machine whose battery is empty begins in the past: before this program was made."""
    made = made_of().stat().st_mtime
    now = utc_now()
    return Check("clock", "ok" if now.timestamp() > made - DAY else "failure", {"date": f"{now:%Y-%m-%d}"})


def _database(config: Config) -> Check:
    kind = config.database.split(":", 1)[0].split("+")[0]
    if kind == "sqlite" and not (config.home / "nexus.sqlite").exists():
        return Check("database", "ok", {"kind": kind})
    database = Database(config.database, pool_size=1)
    try:
        check_connection(database)
    except NexusError as failure:
        return Check("database", "failure", {"kind": kind, "reason": str(failure.values.get("reason", failure.code))})
    finally:
        database.close()
    return Check("database", "ok", {"kind": kind})


def _model(config: Config) -> Check:
    try:
        model = catalogue.chosen(config)
        path = catalogue.locate(config)
    except NexusError as failure:
        return Check("model", "failure", {"model": config.model_file or config.model, "reason": failure.code})
    return _fit(
        model.id, path.stat().st_size / 1e9, config.model_memory * MB / 1e9, psutil.virtual_memory().total / 1e9
    )


def _fit(name: str, size: float, working: float, total: float) -> Check:
    """Whether a model of `size` and the memory it works in fit beside the rest into `total`, all in GB."""
    needed = size + working + BESIDE_MODEL_GB
    if total >= needed:
        return Check("model", "ok", {"model": name, "size_gb": round(size, 1)})
    values: dict[str, str | int | float] = {"model": name, "needed_gb": round(needed, 1), "total_gb": round(total, 1)}
    return Check("model_fit", "warning" if total >= size + BESIDE_MODEL_GB else "failure", values)


def _speed(config: Config) -> Check:
    """What the model may use, and what was measured with it; the worker gives way to the server."""
    threads = config.model_threads or usual_threads()
    values: dict[str, str | int | float] = {"threads": threads, "cores": os.cpu_count() or 1}
    try:
        sha256 = catalogue.chosen(config).sha256
    except NexusError:
        return Check("speed_unmeasured", "ok", values)
    found = kept_profile(config.home / "cache" / "speeds", sha256, threads)
    if found is None:
        return Check("speed_unmeasured", "ok", values)
    answers = config.model_answers or found.sequences(config.model_memory * MB // 2, config.model_context)
    measured = {"prompt": round(found.prompt), "generation": round(found.generation), "answers": answers}
    return Check("speed", "ok" if found.prompt >= SLOW_PROMPT else "warning", {**values, **measured})


def _ocr(_config: Config) -> Check:
    """Books with a text layer do without; so its absence is worth a look, no more."""
    found = find_tesseract()
    if found is None:
        return Check("ocr", "warning", {"hint": OCR_HINT})
    known = "+".join(found.languages)
    values: dict[str, str | int | float] = {"version": found.version, "languages": known, "hint": OCR_HINT}
    if LANGUAGES[0] not in found.languages:
        return Check("ocr_language", "warning", values)
    return Check("ocr", "ok", values)


def _port(config: Config) -> Check:
    try:
        return Check("port", "ok", {"port": settled(config).port})
    except Unavailable as failure:
        return Check("port", "failure", {"port": failure.values["port"]})
    except Invalid:
        return Check("host", "failure", {"host": config.host})


def _graded(value: float, limits: tuple[float, float]) -> Verdict:
    return "failure" if value < limits[0] else "warning" if value < limits[1] else "ok"
