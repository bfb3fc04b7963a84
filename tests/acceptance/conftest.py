"""The demo school with the real model, made once for all acceptance tests; they run one after another."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest


class School:
    """A data folder and the command line that works on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        # NiceGUI behaves otherwise where it finds pytest
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NICEGUI"))}
        self.environment = {**own, "NEXUS_HOME": str(home)}

    def command(self, *arguments: str, prefix: Sequence[str] = ()) -> list[str]:
        return [*prefix, sys.executable, "-m", "nexus_appliance", *arguments]

    def run(self, *arguments: str, prefix: Sequence[str] = ()) -> Any:
        """The JSON that a verb prints; the test fails when the verb does."""
        command = self.command(*arguments, "--json", prefix=prefix)
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def demo_school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """The demo school, loaded by `nexus demo`."""
    school = School(tmp_path_factory.mktemp("demo") / "home")
    accounts = school.run("demo")["accounts"]
    assert {account["role"] for account in accounts} == {"admin", "teacher", "student", "technician"}
    return school
