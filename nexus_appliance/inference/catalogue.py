"""The model catalogue: which language models are known, where their files lie, and whether a file is the right one."""

import contextlib
import hashlib
import json
import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Missing, Unavailable
from nexus_appliance.inference.brought import brought, choice
from nexus_appliance.inference.model import Carrier, Model

__all__ = ["Carrier", "Model"]

CATALOGUE = Path(__file__).with_name("catalogue.toml")
_BLOCK = 4 * 1024 * 1024


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


def known(config: Config) -> dict[str, Model]:
    """Every model of this school by id: ours, its own catalogue's, and what its channel has brought.

    A school may add models in HOME/models/catalogue.toml, written like ours. Raises `Invalid` (settings_damaged).
    """
    own = config.home / "models" / "catalogue.toml"
    return {**{model.id: model for model in brought(config.home / "models")}, **models(own)}


def chosen(config: Config) -> Model:
    """The model in force: `model_file` with `model_sha256`, else what was chosen on the console, else `model`.

    Raises `Missing` (model_unknown), `Invalid` (settings_damaged, setting_invalid).
    """
    if config.model_file:
        return _by_file(config)
    found, last = known(config), choice(config.home / "models")
    if last is not None and last.model in found:
        return found[last.model]
    if config.model not in found:
        raise Missing(Failure.MODEL_UNKNOWN, model=config.model)
    return found[config.model]


def _by_file(config: Config) -> Model:
    if len(config.model_sha256) != 64:
        raise Invalid(Failure.SETTING_INVALID, name="model_sha256", value=config.model_sha256)
    sha256 = config.model_sha256.lower()
    listed = next((model for model in known(config).values() if model.sha256 == sha256), None)
    name = Path(config.model_file).name
    return listed or Model(name, name, 0, sha256, "", config.model_template, config.model_context)


def cache_folder() -> Path:
    """Where the set-up puts models, shared by every copy of the program that this user has."""
    return Path(platformdirs.user_cache_path("nexus-appliance")) / "models"


def locate(config: Config) -> Path:
    """The file of the chosen model; raises `Unavailable` (model_missing) and as `chosen`."""
    model = chosen(config)
    if config.model_file:
        return _first([config.home / Path(config.model_file).expanduser()], model)
    return place_of(config, model)


def place_of(config: Config, model: Model) -> Path:
    """The file of a model: HOME/models, beside the program, the cache; raises `Unavailable` (model_missing)."""
    folders = (config.home / "models", Path(sys.executable).parent / "models", cache_folder())
    return _first([folder / model.file for folder in folders], model)


def _first(places: list[Path], model: Model) -> Path:
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
