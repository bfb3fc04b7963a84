"""Models that a channel has brought, and which model was chosen on the console: small files in HOME/models.

They are files and no rows because the model is chosen before there is a database, also for `nexus ask`. A file that is
damaged says nothing; what the settings say holds then.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nexus_appliance.inference.model import Model

CHOICE = "choice.json"
RECORD = ".model.json"
"""How the name of a record ends; before it stands the sha256 of the model's file."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The id of the model that was chosen, and of the one before it."""

    model: str
    before: str


def record(folder: Path, model: Model) -> None:
    """Note that the file of a model lies in a folder; raises OSError."""
    values = {name: value for name, value in asdict(model).items() if name != "carried_by"}
    _write(folder / f"{model.sha256}{RECORD}", values)


def forget(folder: Path, model: Model) -> None:
    """Delete the file of a model that was brought, and its record; raises OSError."""
    (folder / f"{model.sha256}{RECORD}").unlink(missing_ok=True)
    (folder / model.file).unlink(missing_ok=True)
    (folder / f"{model.file}.verified").unlink(missing_ok=True)


def brought(folder: Path) -> list[Model]:
    """The models that were recorded, whose files are there."""
    found = (_model(path) for path in sorted(folder.glob(f"*{RECORD}")))
    return [model for model in found if model is not None and (folder / model.file).is_file()]


def choose(folder: Path, choice: Choice) -> None:
    """Remember a choice; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / CHOICE, asdict(choice))


def choice(folder: Path) -> Choice | None:
    """What was chosen last."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        values = json.loads((folder / CHOICE).read_text("utf-8"))
        return Choice(str(values["model"]), str(values["before"]))
    return None


def _model(path: Path) -> Model | None:
    with suppress(OSError, ValueError, TypeError, KeyError):
        values = json.loads(path.read_text("utf-8"))
        model = Model(
            id=str(values["id"]),
            file=str(values["file"]),
            size=int(values["size"]),
            sha256=str(values["sha256"]),
            licence=str(values["licence"]),
            template=str(values["template"]),
            context=int(values["context"]),
        )
        return model if Path(model.file).name == model.file else None
    return None


def _write(path: Path, values: dict[str, Any]) -> None:
    """Whole or not at all, also after a power loss."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(values, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
