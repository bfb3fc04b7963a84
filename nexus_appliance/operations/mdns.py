"""The name of this server on the school's network, as belajar.local: multicast DNS (RFC 6762, RFC 6763)."""

import re
from collections.abc import Sequence

from zeroconf import AddressResolverIPv4, IPVersion, ServiceInfo, Zeroconf

from nexus_appliance.errors import Failure, Invalid

SERVICE = "_http._tcp.local."
"""The kind of service that a browser opens."""

PATIENCE = 1500
"""Milliseconds in which whoever has a name says so; RFC 6762 asks for 750 at least."""

TRIES = 9
"""Names that are tried: belajar, belajar-2, belajar-3."""

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?")
"""A label of a host name (RFC 1123), short enough for a number behind it."""


class Announcement:
    """A name that is answered for until `close`; `name` is without the final dot."""

    def __init__(self, zeroconf: Zeroconf, name: str) -> None:
        self._zeroconf = zeroconf
        self.name = name

    def close(self) -> None:
        """Take leave: other machines forget the name at once."""
        self._zeroconf.close()


def label_of(setting: str) -> str:
    """The label in lower case, empty for no name; raises `Invalid` (setting_invalid)."""
    label = setting.strip().lower().removesuffix(".local")
    if label and not LABEL.fullmatch(label):
        raise Invalid(Failure.SETTING_INVALID, name="mdns_name", value=setting)
    return label


def announce(label: str, hosts: Sequence[str], port: int) -> Announcement | None:
    """Answer for `label`.local, or for label-2 and so on where another machine has it; None when all are taken.

    `hosts` are the addresses of this machine to be told, on whose networks alone it is told. Takes some three seconds.
    Raises `OSError` when a network is gone.
    """
    zeroconf = Zeroconf(interfaces=list(hosts), ip_version=IPVersion.V4Only)
    try:
        for number in range(1, TRIES + 1):
            candidate = label if number == 1 else f"{label}-{number}"
            if set(_holders(zeroconf, candidate)) <= set(hosts):
                zeroconf.register_service(_service(candidate, hosts, port), allow_name_change=True)
                return Announcement(zeroconf, f"{candidate}.local")
    except BaseException:
        zeroconf.close()
        raise
    zeroconf.close()
    return None


def holders(label: str, hosts: Sequence[str]) -> list[str]:
    """The addresses that machines give for `label`.local on the networks of `hosts`; raises `OSError`."""
    with Zeroconf(interfaces=list(hosts), ip_version=IPVersion.V4Only) as zeroconf:
        return _holders(zeroconf, label)


def _holders(zeroconf: Zeroconf, label: str) -> list[str]:
    resolver = AddressResolverIPv4(f"{label}.local.")
    return resolver.parsed_addresses() if resolver.request(zeroconf, PATIENCE) else []


def _service(label: str, hosts: Sequence[str], port: int) -> ServiceInfo:
    return ServiceInfo(
        SERVICE,
        f"{label}.{SERVICE}",
        port=port,
        properties={"path": "/"},
        server=f"{label}.local.",
        parsed_addresses=list(hosts),
    )
