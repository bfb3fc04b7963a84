"""The language models of this machine: which there are, which is in use, and changing to another while it runs."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Missing, Unavailable
from nexus_appliance.inference import brought, catalogue
from nexus_appliance.inference.model import Model
from nexus_appliance.inference.scheduler import Scheduler
from nexus_appliance.knowledge.packs import disk_full
from nexus_appliance.school.access import authorise
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.notices import Notices
from nexus_appliance.storage.database import Database, announce

OVERHEAD = 1.15
"""Memory of a loaded model beside the size of its file: the computed states and buffers of a short context."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model whose file is here; `size` in bytes. `before`: the one that was in use before; `removable`: brought."""

    id: str
    size: int
    licence: str
    in_use: bool
    before: bool
    removable: bool


class Models:
    """Every call authorises its caller: technicians, administrators, the operator."""

    def __init__(self, config: Config, database: Database, scheduler: Scheduler) -> None:
        self._config = config
        self._folder = config.home / "models"
        self._database = database
        self._scheduler = scheduler

    def list(self, caller: Caller) -> list[ModelView]:
        """The models whose files are here, in order of size; raises `NotAllowed`, `Invalid` (settings_damaged)."""
        self._authorise(caller)
        now, last = self._in_use(), brought.choice(self._folder)
        removable = {model.id for model in brought.brought(self._folder)}
        return [
            ModelView(
                id=model.id,
                size=size,
                licence=model.licence,
                in_use=model.id == now,
                before=last is not None and model.id == last.before != now,
                removable=model.id in removable and model.id != now,
            )
            for size, model in sorted(((self._size(model), model) for model in self._here()), key=lambda one: one[0])
        ]

    def switch(self, caller: Caller, model_id: str) -> None:
        """Change to another model: it is loaded once the question in hand is answered; takes seconds to verify it.

        Raises `NotAllowed`, `Missing` (model_unknown), `Unavailable` (model_missing, disk_full) and `Invalid`
        (model_by_settings, model_damaged, model_too_large).
        """
        self._authorise(caller)
        if self._config.model_file:
            raise Invalid(Failure.MODEL_BY_SETTINGS)
        model = catalogue.known(self._config).get(model_id)
        if model is None:
            raise Missing(Failure.MODEL_UNKNOWN, model=model_id)
        path = catalogue.place_of(self._config, model)
        catalogue.verify(path, model.sha256)
        self._require_memory(path.stat().st_size)
        with disk_full():
            brought.choose(self._folder, brought.Choice(model.id, self._in_use()))
        self._scheduler.renew()
        self._tell()

    def take_back(self, caller: Caller) -> None:
        """Change to the model that was in use before; raises as `switch`, `Missing` (model_unknown) without one."""
        self._authorise(caller)
        last = brought.choice(self._folder)
        if last is None:
            raise Missing(Failure.MODEL_UNKNOWN, model="")
        self.switch(caller, last.before)

    def mend(self) -> bool:
        """Go back to the model before when the one that was chosen cannot be loaded; technicians are told.

        To be called now and then. It does not go forth again by itself.
        """
        status = self._scheduler.status()
        last = brought.choice(self._folder) if status.state == "failed" else None
        if last is None or last.before in ("", last.model) or self._config.model_file:
            return False
        log.error("%s cannot be loaded (%s): back to %s", last.model, status.failure, last.before)
        brought.choose(self._folder, brought.Choice(last.before, last.before))
        self._scheduler.renew()
        with self._database.write() as session:
            values = {"title": last.model, "name": last.before}
            Notices.post_to(session, (Role.TECHNICIAN, Role.ADMIN), "model_failed", values)
            announce(session, "models")
        return True

    def remove(self, caller: Caller, model_id: str) -> None:
        """Delete the file of a model that a channel has brought; it can be fetched again.

        Raises `NotAllowed`, `Missing` (model_unknown), `Invalid` (model_in_use).
        """
        self._authorise(caller)
        model = next((one for one in brought.brought(self._folder) if one.id == model_id), None)
        if model is None:
            raise Missing(Failure.MODEL_UNKNOWN, model=model_id)
        if model.id == self._in_use():
            raise Invalid(Failure.MODEL_IN_USE)
        brought.forget(self._folder, model)
        self._tell()

    def _here(self) -> Iterator[Model]:
        for model in catalogue.known(self._config).values():
            try:
                catalogue.place_of(self._config, model)
            except Unavailable:
                continue
            yield model

    def _size(self, model: Model) -> int:
        return catalogue.place_of(self._config, model).stat().st_size

    def _in_use(self) -> str:
        return catalogue.chosen(self._config).id

    def _require_memory(self, size: int) -> None:
        """What the model in use holds becomes free for the next one."""
        free = psutil.virtual_memory().available
        pid = self._scheduler.status().pid
        if pid and psutil.pid_exists(pid):
            free += psutil.Process(pid).memory_info().rss
        if size * OVERHEAD > free:
            need = round(size * OVERHEAD / 1e9, 1)
            raise Invalid(Failure.MODEL_TOO_LARGE, need=need, free=round(free / 1e9, 1))

    def _tell(self) -> None:
        with self._database.write() as session:
            announce(session, "models")

    def _authorise(self, caller: Caller) -> None:
        with self._database.read() as session:
            authorise(session, caller, Role.TECHNICIAN, Role.ADMIN)
