"""Which models there are on this machine, and changing between them."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, NexusError, NotAllowed
from nexus_appliance.inference import brought, catalogue
from nexus_appliance.inference.model import Model
from nexus_appliance.inference.scheduler import Scheduler, WorkerStatus
from nexus_appliance.operations import models as models_module
from nexus_appliance.operations.models import Models
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.school.notices import Notices
from nexus_appliance.storage.database import Database

DEFAULT = Config().model


class Renewed(Scheduler):
    """Counts how often it was to load again."""

    renewals = 0

    state = ""

    def renew(self) -> None:
        self.renewals += 1

    def status(self) -> WorkerStatus:
        found = super().status()
        return replace(found, state=self.state) if self.state else found  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A data folder with the default model and two that a channel brought; all of a few bytes."""
    monkeypatch.setattr(catalogue, "cache_folder", lambda: tmp_path / "cache")
    config = Config(home=tmp_path / "home")
    folder = config.home / "models"
    folder.mkdir(parents=True)
    content = b"default"
    own = replace(catalogue.find(DEFAULT), sha256=hashlib.sha256(content).hexdigest())
    (folder / own.file).write_bytes(content)
    monkeypatch.setattr(catalogue, "models", lambda *_catalogues: {own.id: own})
    for name in ("kecil", "besar"):
        bring(config, name)
    return config


def bring(config: Config, name: str, content: bytes = b"") -> Model:
    folder, content = config.home / "models", content or name.encode()
    sha256 = hashlib.sha256(content).hexdigest()
    model = Model(name, f"{sha256}.gguf", len(content), sha256, "MIT", "chatml", 4096)
    (folder / model.file).write_bytes(content)
    brought.record(folder, model)
    return model


@pytest.fixture
def scheduler(home: Config) -> Renewed:
    return Renewed(home)


@pytest.fixture
def models(home: Config, database: Database, scheduler: Renewed) -> Models:
    return Models(home, database, scheduler)


def in_use(models: Models) -> str:
    (found,) = [model.id for model in models.list(OPERATOR) if model.in_use]
    return found


def failure(call: Callable[[], object]) -> Failure:
    with pytest.raises(NexusError) as caught:
        call()
    return caught.value.code


UNASKED = {"mend"}
"""What no caller asks for."""

CALLS: dict[str, Callable[[Models, Caller], object]] = {
    "list": lambda m, c: m.list(c),
    "switch": lambda m, c: m.switch(c, "kecil"),
    "take_back": lambda m, c: m.take_back(c),
    "remove": lambda m, c: m.remove(c, "besar"),
}


def test_the_table_names_every_call() -> None:
    assert set(CALLS) | UNASKED == {name for name in vars(Models) if not name.startswith("_")}


@pytest.mark.parametrize("name", CALLS)
def test_technicians_and_administrators_alone(models: Models, person: Callable[..., Caller], name: str) -> None:
    for role in (Role.STUDENT, Role.TEACHER):
        with pytest.raises(NotAllowed):
            CALLS[name](models, person(role))
    for caller in (person(Role.TECHNICIAN), person(Role.ADMIN), OPERATOR):
        try:
            CALLS[name](models, caller)
        except NotAllowed:
            pytest.fail("not allowed")
        except NexusError:
            continue


def test_a_change_holds_for_the_next_start_and_can_be_taken_back(
    models: Models, home: Config, database: Database, scheduler: Renewed
) -> None:
    assert in_use(models) == DEFAULT
    models.switch(OPERATOR, "kecil")
    assert (in_use(models), scheduler.renewals) == ("kecil", 1)
    assert catalogue.locate(home).read_bytes() == b"kecil"
    again = Models(home, database, scheduler)
    assert [model.id for model in again.list(OPERATOR) if model.before] == [DEFAULT]
    again.take_back(OPERATOR)
    assert (in_use(models), scheduler.renewals) == (DEFAULT, 2)
    assert [model.id for model in again.list(OPERATOR) if model.before] == ["kecil"]


def test_nothing_is_taken_back_before_something_was_changed(models: Models) -> None:
    assert failure(lambda: models.take_back(OPERATOR)) == Failure.MODEL_UNKNOWN


def test_a_damaged_model_is_not_changed_to(models: Models, home: Config, scheduler: Renewed) -> None:
    model = bring(home, "rusak")
    (home.home / "models" / model.file).write_bytes(b"other")
    assert failure(lambda: models.switch(OPERATOR, "rusak")) == Failure.MODEL_DAMAGED
    assert failure(lambda: models.switch(OPERATOR, "gpt-9")) == Failure.MODEL_UNKNOWN
    assert (in_use(models), scheduler.renewals) == (DEFAULT, 0)


def test_a_model_that_does_not_fit_into_memory_is_not_changed_to(
    models: Models, scheduler: Renewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_module, "OVERHEAD", 1e15)
    assert failure(lambda: models.switch(OPERATOR, "kecil")) == Failure.MODEL_TOO_LARGE
    assert scheduler.renewals == 0


def test_settings_that_name_a_file_decide(home: Config, database: Database, scheduler: Renewed) -> None:
    file = home.home / "models" / "own.gguf"
    file.write_bytes(b"own")
    config = replace(home, model_file=str(file), model_sha256=hashlib.sha256(b"own").hexdigest())
    models = Models(config, database, scheduler)
    assert failure(lambda: models.switch(OPERATOR, "kecil")) == Failure.MODEL_BY_SETTINGS


def test_a_model_that_cannot_be_loaded_is_left_again_once(
    models: Models, scheduler: Renewed, person: Callable[..., Caller], database: Database
) -> None:
    technician = person(Role.TECHNICIAN)
    assert not models.mend()
    models.switch(OPERATOR, "kecil")
    assert not models.mend()  # it is being loaded, or ready
    scheduler.state = "failed"
    assert models.mend()
    assert (in_use(models), scheduler.renewals) == (DEFAULT, 2)
    (notice,) = Notices(database).list(technician)
    assert (notice.kind, notice.values) == ("model_failed", {"title": "kecil", "name": DEFAULT})
    assert not models.mend()  # the one before fails too: nothing to go back to
    assert not any(model.before for model in models.list(OPERATOR))


def test_what_was_brought_is_deleted_unless_it_is_in_use(models: Models, home: Config) -> None:
    models.switch(OPERATOR, "kecil")
    assert failure(lambda: models.remove(OPERATOR, "kecil")) == Failure.MODEL_IN_USE
    assert failure(lambda: models.remove(OPERATOR, DEFAULT)) == Failure.MODEL_UNKNOWN
    models.remove(OPERATOR, "besar")
    assert [model.id for model in models.list(OPERATOR)] == ["kecil", DEFAULT]
    assert len(list((home.home / "models").glob("*.model.json"))) == 1


def test_a_choice_whose_file_is_gone_leaves_the_settings_in_force(models: Models, home: Config) -> None:
    models.switch(OPERATOR, "kecil")
    model = catalogue.chosen(home)
    (home.home / "models" / model.file).unlink()
    assert catalogue.chosen(home).id == DEFAULT


@pytest.mark.parametrize("text", ["", "{", "[]", '{"model": 3}', "\0"])
def test_damaged_records_say_nothing(home: Config, text: str) -> None:
    folder = home.home / "models"
    (folder / brought.CHOICE).write_text(text)
    (folder / f"{'0' * 64}{brought.RECORD}").write_text(text)
    assert brought.choice(folder) is None
    assert catalogue.chosen(home).id == DEFAULT
    assert len(brought.brought(folder)) == 2
