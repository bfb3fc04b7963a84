"""What `nft --json list ruleset` does with a new TCP connection from the school's network to a port of this machine.

Chains are walked as the kernel does (man nft): a drop is final, an accept ends its base chain alone. A match that is
not understood makes the verdict `unknown` where it would decide.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["off", "open", "closed", "unknown"]
Statement = dict[str, Any]
Name = tuple[str, str, str]
"""Family, table and name of a chain."""

DEPTH = 16
"""Chains that may lead into each other; the kernel's own limit."""

HOOKS = ("prerouting", "input")
"""Where what comes to this machine passes."""

ENDS = {"accept": "accept", "drop": "drop", "reject": "drop", "return": "return"}
ASIDE = {"counter", "log", "comment", "mangle", "notrack", "set"}
"""Statements after which a packet goes on to the next one."""

PROTOCOLS = {"tcp", "ip", "ipv4", 6, 2}
"""Names and numbers of TCP and IPv4."""


@dataclass
class _Chain:
    name: Name
    policy: str = "accept"
    priority: int = 0
    is_base: bool = False
    rules: list[list[Statement]] = field(default_factory=list)


class _Unclear(Exception):
    """What decides is not understood."""


def lets_in(ruleset: str, port: int) -> Verdict:
    """Whether a phone reaches the port; `off` where no rule looks at what comes in."""
    try:
        chains = _read(json.loads(ruleset)["nftables"])
        bases = sorted((one for one in chains.values() if one.is_base), key=lambda one: one.priority)
        if not any(base.rules or base.policy == "drop" for base in bases):
            return "off"
        walk = _Walk(chains, port)
        return "open" if all(walk.passes(base) for base in bases) else "closed"
    except (_Unclear, ValueError, KeyError, TypeError, AttributeError):
        return "unknown"


def _read(objects: list[Statement]) -> dict[Name, _Chain]:
    chains: dict[Name, _Chain] = {}
    for told in (one["chain"] for one in objects if "chain" in one):
        name = (told["family"], told["table"], told["name"])
        filters = told.get("type") == "filter" and told.get("hook") in HOOKS and told["family"] in ("ip", "inet")
        chains[name] = _Chain(name, told.get("policy", "accept"), int(told.get("prio", 0)), filters)
    for told in (one["rule"] for one in objects if "rule" in one):
        chains[told["family"], told["table"], told["chain"]].rules.append(told["expr"])
    return chains


class _Walk:
    """The way of one packet."""

    def __init__(self, chains: dict[Name, _Chain], port: int) -> None:
        self._chains = chains
        self._port = port

    def passes(self, base: _Chain) -> bool:
        """Whether a base chain lets the packet on; raises `_Unclear`."""
        return (self._chain(base, DEPTH) or base.policy) != "drop"

    def _chain(self, chain: _Chain, depth: int) -> str | None:
        """`accept`, `drop`, or None at the end of the chain."""
        if depth == 0:
            raise _Unclear
        for rule in chain.rules:
            verdict = self._rule(rule, chain, depth)
            if verdict is not None:
                return None if verdict == "return" else verdict
        return None

    def _rule(self, rule: Iterable[Statement], chain: _Chain, depth: int) -> str | None:
        """What a rule decides; None when it does not fit or decides nothing."""
        is_clear = True
        for statement in rule:
            ((kind, told),) = statement.items()
            if kind == "match":
                fits = _fits(told, self._port)
                if fits is False:
                    return None
                is_clear = is_clear and fits is True
            elif kind == "vmap":
                verdict = self._map(told, chain, depth)
                if verdict is not None:
                    return _certain(verdict, is_clear)
            elif kind in ENDS or kind in ("jump", "goto"):
                return _certain(self._end(statement, chain, depth), is_clear)
            elif kind not in ASIDE:
                is_clear = False
        return None

    def _map(self, told: Statement, chain: _Chain, depth: int) -> str | None:
        """The verdict of a map such as `ct state vmap { established : accept }`."""
        values = _values(told["key"], self._port)
        for key, verdict in told["data"]["set"]:
            fits = None if values is None else _contains(key, values)
            if fits is not False:
                return _certain(self._end(verdict, chain, depth), fits is True)
        return None

    def _end(self, statement: Statement, chain: _Chain, depth: int) -> str | None:
        ((kind, told),) = statement.items()
        if kind in ENDS:
            return ENDS[kind]
        if kind not in ("jump", "goto"):
            return None
        family, table, _ = chain.name
        verdict = self._chain(self._chains[family, table, told["target"]], depth - 1)
        return "return" if kind == "goto" and verdict is None else verdict


def _certain(verdict: str | None, is_clear: bool) -> str | None:
    if verdict is not None and not is_clear:
        raise _Unclear
    return verdict


def _fits(match: Statement, port: int) -> bool | None:
    """Whether the packet fits; None when that is not known."""
    values = _values(match["left"], port)
    if values is None or match["op"] not in ("==", "!=", "in"):
        return None
    found = _contains(match["right"], values)
    return None if found is None else found != (match["op"] == "!=")


def _values(left: Statement, port: int) -> set[object] | None:
    """All names of what a field of the packet holds; None when it could be anything."""
    if "payload" in left:
        protocol, name = left["payload"].get("protocol"), left["payload"].get("field")
        if protocol in ("udp", "icmp", "icmpv6", "ip6"):
            return {"another protocol"}
        if name == "dport":
            return {port}
        return set(PROTOCOLS) if (protocol, name) == ("ip", "protocol") else None
    if "ct" in left:
        return {"new"} if left["ct"].get("key") == "state" else None
    key = left["meta"]["key"] if "meta" in left else ""
    if key in ("iif", "iifname"):
        return {"some card"}
    return set(PROTOCOLS) if key in ("l4proto", "protocol", "nfproto") else None


def _contains(right: Any, values: set[object]) -> bool | None:
    """Whether one of the values is among those of a rule; None when that is not known."""
    if isinstance(right, list):
        found = [_contains(one, values) for one in right]
        return True if True in found else None if None in found else False
    if isinstance(right, dict):
        if "set" in right:
            return _contains(right["set"], values)
        if "range" not in right:
            return None
        low, high = right["range"]
        return any(isinstance(value, int) and low <= value <= high for value in values)
    if values == {"some card"}:
        return False if right == "lo" else None
    return right in values
