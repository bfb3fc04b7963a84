"""A unit file of systemd, as far as a trial reads it."""

import configparser
from pathlib import Path

UNIT = "usr/lib/systemd/system/nexus-appliance.service"


class Unit(configparser.RawConfigParser):
    """Sections and settings; of one that stands there several times the last counts, `all` has every one."""

    def __init__(self, text: str) -> None:
        super().__init__(strict=False)
        self._lines = [line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#")]
        self.read_string(text)

    def optionxform(self, optionstr: str) -> str:
        """Names are told apart by capitals."""
        return optionstr

    def all(self, name: str) -> list[str]:
        """Every value of a setting, in order."""
        return [value for key, value in self._lines if key == name]


def read_unit(root: Path) -> Unit:
    """The installed one."""
    return Unit((root / UNIT).read_text("utf-8"))
