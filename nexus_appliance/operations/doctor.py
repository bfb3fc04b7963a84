"""The connection doctor: why phones do not find the server. One finding each, `ui.doctor_words` has the sentences.

It looks from outside, as a phone would, and so it also works beside a server that does not answer.
"""

import json
from collections.abc import Iterator
from datetime import timedelta

import psutil
import urllib3

from nexus_appliance.config import Config
from nexus_appliance.operations import firewall, mdns
from nexus_appliance.operations.addresses import address_of, lan_hosts
from nexus_appliance.operations.checks import Check
from nexus_appliance.operations.network import last_move
from nexus_appliance.operations.ports import EASY, kept_port
from nexus_appliance.storage.home import is_owned
from nexus_appliance.storage.schema import utc_now

SIGN = "/tanda"
"""Where a server says that it is one of ours."""

PROGRAM = "openclass-nexus"
"""What it says there."""

PATIENCE = 3.0
"""Seconds in which a server must answer; a busy one needs a tenth of that."""

RECENT = timedelta(days=7)
"""How long a changed address is worth a word: until everybody has heard of the new one."""

SPEAKS = 200
"""Bytes of an answer that are read."""


def examine(config: Config) -> list[Check]:
    """All findings, in the order in which they should be mended; takes up to fifteen seconds."""
    return list(_findings(config))


def _findings(config: Config) -> Iterator[Check]:
    port = kept_port(config) or EASY[-1]
    server = _server(config, port)
    yield server
    hosts = lan_hosts(config)
    if not hosts:
        yield Check("no_network" if config.host in ("", "0.0.0.0", "::") else "alone", "failure")  # noqa: S104
        return
    if server.verdict == "ok":
        yield from (_address(host, port) for host in hosts)
    yield _firewall(port)
    yield from _name(config, hosts)
    yield from _moved(config, hosts)


def signature(host: str, port: int) -> str:
    """What answers there: `PROGRAM` for one of our servers, empty for nobody, `other` for another program."""
    url = f"http://[{host}]:{port}{SIGN}" if ":" in host else f"http://{host}:{port}{SIGN}"
    timeout = urllib3.Timeout(total=PATIENCE)
    try:
        with urllib3.PoolManager(retries=False) as pool:
            answer = pool.request("GET", url, timeout=timeout, redirect=False, preload_content=False)
            told = json.loads(answer.read(SPEAKS))
            answer.close()
    except urllib3.exceptions.NewConnectionError:
        return ""
    except (urllib3.exceptions.HTTPError, ValueError):
        return "other"
    return PROGRAM if isinstance(told, dict) and told.get("program") == PROGRAM else "other"


def _server(config: Config, port: int) -> Check:
    host = "127.0.0.1" if config.host in ("", "0.0.0.0", "::") else config.host  # noqa: S104
    found, ours = signature(host, port), is_owned(config.home)
    values: dict[str, str | int | float] = {"port": port}
    if found == PROGRAM:
        return Check("server", "ok", values) if ours else Check("other_school", "failure", values)
    if ours:
        return Check("silent", "failure", values)
    return (
        Check("port_taken", "failure", {**values, "program": _listener(port)}) if found else Check("stopped", "failure")
    )


def _address(host: str, port: int) -> Check:
    found = signature(host, port) == PROGRAM
    return Check(
        "address" if found else "address_closed", "ok" if found else "failure", {"address": address_of(host, port)}
    )


def _firewall(port: int) -> Check:
    found = firewall.examine(port)
    values: dict[str, str | int | float] = {"port": port, "kind": found.kind}
    if found.state == "closed":
        name = "firewall_public" if found.public else "firewall_closed"
        return Check(name, "failure", {**values, "command": _opening(found.kind, port)})
    if found.state == "unknown":
        return Check("firewall_unknown", "warning", {**values, "command": "nexus doctor"})
    return Check("firewall_off" if found.state == "off" else "firewall_open", "ok", values)


def _opening(kind: str, port: int) -> str:
    """What an administrator types to let students in."""
    return {
        "ufw": f"sudo ufw allow {port}/tcp",
        "firewalld": f"sudo firewall-cmd --permanent --add-port={port}/tcp && sudo firewall-cmd --reload",
        "nftables": f"sudo nft insert rule inet filter input tcp dport {port} accept",
        "windows": f'netsh advfirewall firewall add rule name="{firewall.RULE}" dir=in action=allow '
        f"protocol=TCP localport={port} profile=private,domain",
    }[kind]


def _name(config: Config, hosts: list[str]) -> Iterator[Check]:
    label = mdns.label_of(config.mdns_name)
    if not label:
        return
    values: dict[str, str | int | float] = {"name": f"{label}.local"}
    try:
        found = mdns.holders(label, hosts)
    except OSError:
        found = []
    others = sorted(set(found) - set(hosts))
    if others:
        yield Check("name_taken", "warning", {**values, "address": others[0]})
    elif found:
        yield Check("name", "ok", values)
    else:
        yield Check("name_silent", "warning", {**values, "address": hosts[0]})


def _moved(config: Config, hosts: list[str]) -> Iterator[Check]:
    move = last_move(config)
    if move is not None and move.before and move.now == hosts[0] and utc_now() - move.since < RECENT:
        yield Check("moved", "warning", {"before": move.before, "now": move.now})


def _listener(port: int) -> str:
    """The name of the program that listens on a port; empty where this user may not know."""
    try:
        found = psutil.net_connections(kind="tcp")
        owner = next(
            one.pid for one in found if one.laddr and one.laddr.port == port and one.status == psutil.CONN_LISTEN
        )
        return psutil.Process(owner).name() if owner else ""
    except (psutil.Error, StopIteration, OSError):
        return ""
