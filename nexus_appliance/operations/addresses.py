"""Where students find the server: the addresses of this machine on the school's network."""

import ipaddress
import socket
from collections.abc import Iterable

import psutil

from nexus_appliance.config import Config

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
    if _is_loopback(config.host):
        return []
    if config.host not in ("", "0.0.0.0", "::"):  # noqa: S104
        return [f"http://{config.host}:{config.port}"]
    return [f"http://{address}:{config.port}" for address in reachable(_interface_addresses())]


def reachable(addresses: Iterable[str]) -> list[ipaddress.IPv4Address]:
    """Those of some IPv4 addresses that another machine can reach, likeliest first."""
    found = {ipaddress.IPv4Address(text) for text in addresses}
    return sorted((one for one in found if not one.is_loopback and not one.is_link_local), key=_unlikely)


def _is_loopback(host: str) -> bool:
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
