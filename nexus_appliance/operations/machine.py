"""The machine as its technician sees it; every call authorises: technicians, administrators, the operator."""

from nexus_appliance.config import Config
from nexus_appliance.inference.scheduler import Scheduler, WorkerStatus
from nexus_appliance.operations import doctor
from nexus_appliance.operations.addresses import lan_addresses
from nexus_appliance.operations.checks import Check, check_machine
from nexus_appliance.operations.logs import LogEntry, entries, tail
from nexus_appliance.school.access import authorise
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database

LOG_LINES = 400
"""Lines of the log that are shown: the last hours of an ordinary day."""


class Machine:
    """Reads only; synchronous, called in threads."""

    def __init__(self, config: Config, database: Database, scheduler: Scheduler) -> None:
        self._config = config
        self._database = database
        self._scheduler = scheduler

    def checks(self, caller: Caller) -> list[Check]:
        """What `nexus check` finds while the server runs; takes up to a second. Raises `NotAllowed`."""
        self._authorise(caller)
        return check_machine(self._config, serving=True)

    def connection(self, caller: Caller) -> list[Check]:
        """What the connection doctor finds; takes up to fifteen seconds. Raises `NotAllowed`."""
        self._authorise(caller)
        return doctor.examine(self._config)

    def model(self, caller: Caller) -> WorkerStatus:
        """The state of the language model and of its queue; raises `NotAllowed`."""
        self._authorise(caller)
        return self._scheduler.status()

    def log(self, caller: Caller) -> list[LogEntry]:
        """The last records of the log, oldest first, without secrets; raises `NotAllowed`."""
        self._authorise(caller)
        return entries(tail(self._config.home, LOG_LINES))

    def addresses(self, caller: Caller) -> list[str]:
        """The URLs under which other machines find the server, likeliest first; raises `NotAllowed`."""
        self._authorise(caller)
        return lan_addresses(self._config)

    def _authorise(self, caller: Caller) -> None:
        with self._database.read() as session:
            authorise(session, caller, Role.TECHNICIAN, Role.ADMIN)
