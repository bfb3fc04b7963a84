"""Whether the firewall of this machine lets students in: ufw, firewalld, nftables, and Windows' own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nexus_appliance.operations.nftables import lets_in

State = Literal["off", "open", "closed", "unknown"]

WAIT = 10.0
"""Seconds that a firewall's own program may take to answer."""

RULE = "OpenClass Nexus"
"""The name of the rule that the Windows installer makes."""

UFW_SETTINGS = Path("/etc/ufw/ufw.conf")
MODULES = Path("/proc/modules")
"""Name, size, users of what is loaded (man proc)."""

WINDOWS_STATE = (
    "$p = @(Get-NetConnectionProfile | ForEach-Object { [string]$_.NetworkCategory });"
    f"$r = @(Get-NetFirewallRule -DisplayName '{RULE}' -ErrorAction SilentlyContinue | Where-Object "
    "{ $_.Enabled -eq 'True' -and $_.Action -eq 'Allow' } | ForEach-Object { [string]$_.Profile });"
    "$on = @(Get-NetFirewallProfile | Where-Object { $_.Enabled -eq 'True' } | ForEach-Object { $_.Name });"
    "@{ networks = $p; rules = $r; active = $on } | ConvertTo-Json -Compress"
)
"""What PowerShell tells: categories of the networks, profiles of our rule, profiles with an active firewall."""


@dataclass(frozen=True, slots=True)
class Firewall:
    """What stands between the network and a port.

    `kind` is ufw, firewalld, nftables or windows; empty where none was found. `public`: Windows takes the network for
    a public one, on which our rule does not count.
    """

    kind: str
    state: State
    public: bool = False


def examine(port: int) -> Firewall:
    """Look at this machine's firewall; some tell it to an administrator alone, and are `unknown` to others."""
    if sys.platform == "win32":
        return windows(_output("powershell", "-NoProfile", "-NonInteractive", "-Command", WINDOWS_STATE))
    looks: Sequence[Callable[[int], Firewall | None]] = (_ufw, _firewalld, _nftables)
    found = (look(port) for look in looks)
    return next((one for one in found if one is not None), Firewall("", "off"))


def windows(told: str | None) -> Firewall:
    """Read what `WINDOWS_STATE` printed; None when PowerShell gave no answer."""
    try:
        state = json.loads(told or "")
        networks, rules, active = (_names(state[key]) for key in ("networks", "rules", "active"))
    except (ValueError, KeyError, TypeError):
        return Firewall("windows", "unknown")
    public = bool(networks) and networks <= {"Public"}
    profiles = {"DomainAuthenticated": "Domain"}
    needed = {profiles.get(one, one) for one in networks}
    if not needed & active:
        return Firewall("windows", "off", public)
    allowed = {part.strip() for rule in rules for part in rule.split(",")}
    is_open = "Any" in allowed or bool(needed & allowed)
    return Firewall("windows", "open" if is_open else "closed", public)


def ufw(told: str, port: int) -> State:
    """Read `ufw status`."""
    lines = told.splitlines()
    if not lines or "inactive" in lines[0]:
        return "off"
    wanted = {str(port), f"{port}/tcp"}
    for line in lines[1:]:
        target, _, action = line.partition(" ")
        if target in wanted:
            return "open" if "ALLOW" in action.split() else "closed"
    return "closed"


def _ufw(port: int) -> Firewall | None:
    try:
        if "ENABLED=yes" not in UFW_SETTINGS.read_text("utf-8"):
            return None
    except (OSError, UnicodeDecodeError):
        return None
    told = _output("ufw", "status")
    state: State = "unknown" if told is None else ufw(told, port)
    return Firewall("ufw", state) if state != "off" else None


def _firewalld(port: int) -> Firewall | None:
    if (_output("firewall-cmd", "--state") or "").strip() != "running":
        return None
    ports = _output("firewall-cmd", "--list-ports")
    services = _output("firewall-cmd", "--list-services")
    if ports is None or services is None:
        return Firewall("firewalld", "unknown")
    is_open = f"{port}/tcp" in ports.split() or (port == 80 and "http" in services.split())
    return Firewall("firewalld", "open" if is_open else "closed")


def _nftables(port: int) -> Firewall | None:
    told = _output("nft", "--json", "list", "ruleset")
    if told is None:
        return Firewall("nftables", "unknown") if rules_in_use() else None
    verdict = lets_in(told, port)
    return Firewall("nftables", verdict) if verdict != "off" else None


def rules_in_use() -> bool:
    """Whether the kernel's nf_tables has users, which everybody may read; where it is built in, nobody can tell."""
    try:
        lines = MODULES.read_text("ascii", "replace").splitlines()
    except OSError:
        return False
    return any(line.startswith("nf_tables ") and line.split()[2] != "0" for line in lines)


def _output(*command: str) -> str | None:
    """What a program prints; None when it is not there, refuses or takes too long."""
    folders = None if sys.platform == "win32" else "/usr/sbin:/usr/bin:/sbin:/bin"
    program = shutil.which(command[0], path=folders)
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *command[1:]],
            capture_output=True,
            text=True,
            timeout=WAIT,
            check=True,
            env={"LC_ALL": "C", "PATH": folders} if folders else None,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout


def _names(value: object) -> set[str]:
    """A JSON list of names; PowerShell writes a list of one as the one alone."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return set(value)
    raise TypeError(value)
