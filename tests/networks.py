"""A machine of its own on a network of its own: a network namespace, joined to this machine by a cable."""

import os
import shutil
import subprocess
from pathlib import Path

CABLE = ("nxhere0", "lan0")
"""Its two ends, here and there; the server leaves out names that only software has."""

HERE = "10.77.0.1"


def may_make_networks() -> bool:
    """Whether this process may."""
    return os.geteuid() == 0 and shutil.which("ip") is not None and shutil.which("nft") is not None


class OtherMachine:
    """A namespace with loopback and one address; `prefix` runs a command in it."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self.prefix = (str(shutil.which("ip")), "netns", "exec", name)
        self._outside("netns", "add", name)
        self._outside("link", "add", CABLE[0], "type", "veth", "peer", "name", CABLE[1], "netns", name)
        self._outside("addr", "add", f"{HERE}/24", "dev", CABLE[0])
        self._outside("link", "set", CABLE[0], "up")
        for words in (("link", "set", "lo", "up"), ("addr", "add", f"{address}/24", "dev", CABLE[1])):
            self.run("ip", *words)
        self.run("ip", "link", "set", CABLE[1], "up")

    def run(self, *command: str, told: str | None = None) -> None:
        """A command in it, which reads `told`."""
        subprocess.run([*self.prefix, *command], check=True, input=told, text=True, timeout=30)

    def move(self, address: str) -> None:
        """Another address, as from a router that has forgotten this machine."""
        self.run("ip", "addr", "flush", "dev", CABLE[1])
        self.run("ip", "addr", "add", f"{address}/24", "dev", CABLE[1])
        self.address = address

    def wrapper(self, program: str, folder: Path) -> Path:
        """A program that runs another one in it."""
        script = folder / Path(program).name
        script.write_text(f'#!/bin/sh\nexec {" ".join(self.prefix)} {program} "$@"\n')
        script.chmod(0o755)
        return script

    def close(self) -> None:
        """Take the cable and the machine away."""
        self._outside("netns", "del", self.name)

    @staticmethod
    def _outside(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, timeout=30)
