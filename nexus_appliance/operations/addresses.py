"""Where students find the server: the addresses of this machine on the school's network."""

import ipaddress
import socket
from collections.abc import Iterable

import psutil

from nexus_appliance.config import Config
from nexus_appliance.operations.ports import HTTP

VIRTUAL = (
    "docker",
    "br-",
    "veth",
    "virbr",
    "vmnet",
    "vboxnet",
    "vethernet",
    "lxc",
    "tun",
    "tap",
    "zt",
    "tailscale",
    "wg",
)
"""Beginnings of the names of interfaces that no student's phone can reach."""


def lan_addresses(config: Config) -> list[str]:
    """URLs of this server for other machines, likeliest first; empty when it listens to itself alone."""
    return [address_of(host, config.port) for host in lan_hosts(config)]


def lan_hosts(config: Config) -> list[str]:
    """The same without scheme and port."""
    if is_loopback(config.host):
        return []
    if config.host not in ("", "0.0.0.0", "::"):  # noqa: S104
        return [config.host]
    return [str(address) for address in reachable(_interface_addresses())]


def address_of(host: str, port: int) -> str:
    """What is typed into a browser: without the port where it is the one that browsers take by themselves."""
    return f"http://{host}" if port == HTTP else f"http://{host}:{port}"


def reachable(addresses: Iterable[str]) -> list[ipaddress.IPv4Address]:
    """Those of some IPv4 addresses that another machine can reach, likeliest first."""
    found = {ipaddress.IPv4Address(text) for text in addresses}
    return sorted((one for one in found if not one.is_loopback and not one.is_link_local), key=_unlikely)


def is_loopback(host: str) -> bool:
    """Whether a host reaches this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _interface_addresses() -> list[str]:
    """IPv4 addresses of interfaces that are up and no mere software."""
    states = psutil.net_if_stats()
    return [
        address.address
        for name, addresses in psutil.net_if_addrs().items()
        if not name.lower().startswith(VIRTUAL) and (name not in states or states[name].isup)
        for address in addresses
        if address.family == socket.AF_INET
    ]


def _unlikely(address: ipaddress.IPv4Address) -> tuple[bool, int, int]:
    """School networks use private addresses, most of them 192.168."""
    order = ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12")
    rank = next((place for place, net in enumerate(order) if address in ipaddress.IPv4Network(net)), len(order))
    return not address.is_private, rank, int(address)
