"""The unit's command, confined as by systemd: `python -m tests.installed.confined ROOT NAME=VALUE`.

In a mount namespace of its own (`unshare --mount`), as root. What is left out: `LEFT_OUT`.
"""

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyseccomp

from tests.installed.unit import Unit, read_unit

LEFT_OUT = (
    *("DevicePolicy", "ProtectClock", "ProtectControlGroups", "ProtectHostname", "ProtectKernelLogs", "ProtectProc"),
    *("RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "RemoveIPC", "OOMPolicy"),
)
"""Of the unit: control groups, views of /proc and /sys, and filters on arguments of calls."""

FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
"""sys/socket.h."""

CAP_NET_BIND_SERVICE = 10
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_SET_MDWE = 24, 38, 47, 65
PR_CAP_AMBIENT_RAISE, PR_MDWE_REFUSE_EXEC_GAIN = 2, 1
PR_SET_KEEPCAPS = 8
LAST_CAP = 40

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
"""What PrivateDevices= leaves."""

libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Confine this process step by step, then become the unit's command."""
    root, variables = Path(sys.argv[1]), dict(word.split("=", 1) for word in sys.argv[2:])
    unit = read_unit(root)
    service = unit["Service"]
    environment = {**dict([service["Environment"].split("=", 1)]), "HOME": service["WorkingDirectory"], **variables}
    shut(root, Path(service["WorkingDirectory"]), environment)
    filter_of = calls(unit)
    os.chroot(root)
    os.chdir(service["WorkingDirectory"])
    os.umask(int(service["UMask"], 8))
    become(pwd.getpwnam(service["User"]))
    filter_of.load()
    command = service["ExecStart"].split()
    os.execve(command[0], command, environment)


def shut(root: Path, data: Path, environment: Mapping[str, str]) -> None:
    """ProtectSystem=strict, ProtectHome, PrivateTmp, PrivateDevices, StateDirectory."""
    inside = root / data.relative_to("/")
    mount("--make-rprivate", "/")
    mount("--rbind", root, root)
    mount("--bind", inside, inside)
    devices = root / "dev"
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", devices)
    for name in DEVICES:
        (devices / name).touch()
        mount("--bind", f"/dev/{name}", devices / name)
    (devices / "shm").mkdir()
    for place in ("dev/shm", "tmp", "var/tmp"):
        mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", root / place)
    for place in ("home", "root"):
        mount("-t", "tmpfs", "-o", "mode=000", "tmpfs", root / place)
    mount("-t", "proc", "-o", "hidepid=invisible", "proc", root / "proc")
    socket = root / environment["NOTIFY_SOCKET"].lstrip("/")
    mount("--bind", socket, socket)
    for whole in (root / "run", root):
        mount("-o", "remount,bind,ro", whole)


def calls(unit: Unit) -> pyseccomp.SyscallFilter:
    """SystemCallFilter= and RestrictAddressFamilies=; what is not named gets the unit's error."""
    refused = pyseccomp.ERRNO(1)  # EPERM, as the unit says
    allowed = pyseccomp.SyscallFilter(refused)
    names: set[str] = set()
    for line in unit.all("SystemCallFilter"):
        found = set(expanded(line.lstrip("~")))
        names = names - found if line.startswith("~") else names | found
    for name in sorted(names - {"socket"}):
        try:
            allowed.add_rule(pyseccomp.ALLOW, name)
        except (OSError, RuntimeError):
            continue  # of another processor
    for family in unit["Service"]["RestrictAddressFamilies"].split():
        allowed.add_rule(pyseccomp.ALLOW, "socket", pyseccomp.Arg(0, pyseccomp.EQ, FAMILIES[family]))
    return allowed


def expanded(group: str) -> Iterator[str]:
    """The calls of a group of systemd's."""
    told = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True)
    for line in told.stdout.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            yield from expanded(word)
        elif word and not word.startswith("#"):
            yield word


def become(user: pwd.struct_passwd) -> None:
    """User=, CapabilityBoundingSet=, AmbientCapabilities=, NoNewPrivileges=, MemoryDenyWriteExecute=."""
    for capability in range(LAST_CAP + 1):
        if capability != CAP_NET_BIND_SERVICE:
            prctl(PR_CAPBSET_DROP, capability)
    prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    keep_one(CAP_NET_BIND_SERVICE)
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN)


def keep_one(capability: int) -> None:
    """Effective, permitted and inheritable: this one alone (man capset, version 3)."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(*([1 << capability] * 3), 0, 0, 0)
    if libc.capset(header, data):
        raise OSError(ctypes.get_errno(), "capset")


def prctl(option: int, *values: int) -> None:
    """Raises OSError."""
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    if libc.prctl(option, *padded):
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def mount(*words: str | Path) -> None:
    """Raises CalledProcessError."""
    subprocess.run(["mount", *map(str, words)], check=True)


if __name__ == "__main__":
    main()
