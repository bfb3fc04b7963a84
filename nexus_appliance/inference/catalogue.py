"""The model catalogue: which language models are known, where their files lie, and whether a file is the right one."""

import contextlib
import hashlib
import json
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Missing, Unavailable

CATALOGUE = Path(__file__).with_name("catalogue.toml")
_BLOCK = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Carrier:
    """Python packages that hold a model file in `parts` pieces; `{n}` in the names is the piece, from 1."""

    package: str
    member: str
    parts: int

    def pieces(self) -> list[tuple[str, str]]:
        """(package, path of the piece inside its wheel), in the order in which they are joined."""
        return [(self.package.format(n=n), self.member.format(n=n)) for n in range(1, self.parts + 1)]


@dataclass(frozen=True, slots=True)
class Model:
    """One GGUF file. `size` in bytes (0: unknown), `context` in tokens, `template` a family of `prompt.TEMPLATES`."""

    id: str
    file: str
    size: int
    sha256: str
    licence: str
    template: str
    context: int
    carried_by: Carrier | None = None


def models(*catalogues: Path) -> dict[str, Model]:
    """Every model by id: our own catalogue, then `catalogues` that exist; raise `Invalid` for a damaged one."""
    return {model.id: model for path in (CATALOGUE, *catalogues) for model in _read(path)}


def _read(path: Path) -> Iterator[Model]:
    try:
        rows = tomllib.loads(path.read_text("utf-8"))["model"]
        for row in rows:
            carrier = row.pop("carried_by", None)
            yield Model(**row, carried_by=carrier and Carrier(**carrier))
    except FileNotFoundError:
        if path == CATALOGUE:
            raise
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, LookupError, TypeError, AttributeError) as error:
        raise Invalid(Failure.SETTINGS_DAMAGED, file=str(path), reason=str(error)) from error


def find(model_id: str, *catalogues: Path) -> Model:
    """The model of that id; raise `Missing` (model_unknown)."""
    known = models(*catalogues)
    if model_id not in known:
        raise Missing(Failure.MODEL_UNKNOWN, model=model_id)
    return known[model_id]


def chosen(config: Config) -> Model:
    """The model that the settings name: `model_file` with `model_sha256`, else `model` from the catalogue.

    A school may add models in HOME/models/catalogue.toml, written like ours.
    """
    own = config.home / "models" / "catalogue.toml"
    if not config.model_file:
        return find(config.model, own)
    if len(config.model_sha256) != 64:
        raise Invalid(Failure.SETTING_INVALID, name="model_sha256", value=config.model_sha256)
    sha256 = config.model_sha256.lower()
    listed = next((model for model in models(own).values() if model.sha256 == sha256), None)
    name = Path(config.model_file).name
    return listed or Model(name, name, 0, sha256, "", config.model_template, config.model_context)


def cache_folder() -> Path:
    """Where the set-up puts models, shared by every copy of the program that this user has."""
    return Path(platformdirs.user_cache_path("nexus-appliance")) / "models"


def locate(config: Config) -> Path:
    """The file of the chosen model: `model_file`, HOME/models, then the cache; `Unavailable` (model_missing)."""
    model = chosen(config)
    if config.model_file:
        places = [config.home / Path(config.model_file).expanduser()]
    else:
        places = [config.home / "models" / model.file, cache_folder() / model.file]
    for place in places:
        if place.is_file():
            return place
    raise Unavailable(Failure.MODEL_MISSING, model=model.id, file=str(places[0]))


def verify(path: Path, sha256: str) -> None:
    """Raise `Invalid` (model_damaged) unless `path` has that hash; a good verdict is kept beside the file.

    The kept verdict counts while size and modification time stay: it finds damage, and saves seconds at each start.
    """
    status = path.stat()
    verdict = {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": sha256}
    note = path.with_name(path.name + ".verified")
    with contextlib.suppress(OSError, ValueError):
        if json.loads(note.read_text("utf-8")) == verdict:
            return
    if file_sha256(path) != sha256:
        note.unlink(missing_ok=True)
        raise Invalid(Failure.MODEL_DAMAGED, file=str(path))
    with contextlib.suppress(OSError):  # NOTE: a folder we may not write to costs only the time of hashing again
        temporary = note.with_name(f"{note.name}.{os.getpid()}")
        temporary.write_text(json.dumps(verdict), "utf-8")
        temporary.replace(note)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
