"""What the service manager of Windows meets, with pywin32's modules played by the test."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from nexus_appliance.operations.windows_service import NAME, Child, host
from tests.operations.programs import Programs


class Framework:
    """As much of win32serviceutil.ServiceFramework as a service sees."""

    def __init__(self) -> None:
        self.told: list[int] = []

    def ReportServiceStatus(self, state: int, **_: Any) -> None:  # noqa: N802 - pywin32's name
        self.told.append(state)


class Manager(ModuleType):
    """Starts the service, and stops it when `stops`."""

    def __init__(self, *, stops: bool) -> None:
        super().__init__("servicemanager")
        self.service: Any = None
        self._stops = stops
        self.steps: list[str] = []

    def Initialize(self) -> None:  # noqa: N802 - pywin32's name
        self.steps.append("initialize")

    def PrepareToHostSingle(self, kind: Any) -> None:  # noqa: N802 - pywin32's name
        self.service = kind()

    def StartServiceCtrlDispatcher(self) -> None:  # noqa: N802 - pywin32's name
        if self._stops:
            self.service.SvcStop()
        self.service.SvcDoRun()


@pytest.fixture(params=[True, False], ids=["stopped", "ended"])
def manager(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Manager:
    made = Manager(stops=request.param)
    monkeypatch.setitem(sys.modules, "servicemanager", made)
    monkeypatch.setitem(sys.modules, "win32serviceutil", SimpleNamespace(ServiceFramework=Framework))
    monkeypatch.setitem(sys.modules, "win32service", SimpleNamespace(SERVICE_STOP_PENDING=3, SERVICE_RUNNING=4))
    return made


def test_a_server_that_ends_by_itself_leaves_without_a_word(manager: Manager, tmp_path_factory: Any) -> None:
    programs = Programs(tmp_path_factory.mktemp("service") / "bin")
    programs.add("nexus")
    left: list[int] = []
    host(Child([str(programs.folder / "nexus")]), left.append)
    stopped = 3 in manager.service.told
    assert left == ([] if stopped else [1])
    assert programs.calls("nexus", 1) == ([["stop"], ["serve"]] if stopped else [["serve"]])
    assert manager.service._svc_name_ == NAME
    assert manager.steps == ["initialize"]
