"""Whether a ruleset lets a phone in, as nft prints it; the kernel's own answers are in test_doctor_networks.py."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.operations.nftables import lets_in

PORT = 8080


def chain(name: str, **base: object) -> dict[str, Any]:
    return {"chain": {"family": "inet", "table": "t", "name": name, **base}}


def base(policy: str = "accept", *, priority: int = 0, kind: str = "filter") -> dict[str, Any]:
    return chain(f"in{priority}", type=kind, hook="input", prio=priority, policy=policy)


def rule(*expressions: dict[str, Any], where: str = "in0") -> dict[str, Any]:
    return {"rule": {"family": "inet", "table": "t", "chain": where, "expr": list(expressions)}}


def match(left: dict[str, Any], right: object, op: str = "==") -> dict[str, Any]:
    return {"match": {"op": op, "left": left, "right": right}}


def dport(right: object, op: str = "==", protocol: str = "tcp") -> dict[str, Any]:
    return match({"payload": {"protocol": protocol, "field": "dport"}}, right, op)


STATE = {"ct": {"key": "state"}}
ACCEPT, DROP, REJECT, RETURN = ({name: None} for name in ("accept", "drop", "reject", "return"))
CARD = {"meta": {"key": "iifname"}}
LOOPBACK, ESTABLISHED = match(CARD, "lo"), match(STATE, ["established", "related"], "in")


def verdict(*objects: dict[str, Any], port: int = PORT) -> str:
    return lets_in(json.dumps({"nftables": [{"metainfo": {}}, *objects]}), port)


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ([], "off"),
        ([base()], "off"),
        ([base(kind="nat"), rule(DROP)], "off"),
        ([base("drop")], "closed"),
        ([base("drop"), rule(dport(PORT), ACCEPT)], "open"),
        ([base("drop"), rule(dport(80), ACCEPT)], "closed"),
        ([base("drop"), rule(dport({"set": [22, PORT]}), {"counter": {"packets": 3}}, ACCEPT)], "open"),
        ([base("drop"), rule(dport({"set": [22, {"range": [8000, 9000]}]}), ACCEPT)], "open"),
        ([base("drop"), rule(dport({"range": [1, 1024]}), ACCEPT)], "closed"),
        ([base("drop"), rule(dport(22, "!="), ACCEPT)], "open"),
        ([base("drop"), rule(dport(PORT, protocol="udp"), ACCEPT)], "closed"),
        ([base("drop"), rule(LOOPBACK, ACCEPT), rule(ESTABLISHED, ACCEPT)], "closed"),
        ([base("drop"), rule(match(STATE, "new"), dport(PORT), ACCEPT)], "open"),
        ([base("drop"), rule(match({"meta": {"key": "l4proto"}}, "tcp"), ACCEPT)], "open"),
        ([base("drop"), rule(match({"payload": {"protocol": "ip", "field": "protocol"}}, "udp"), ACCEPT)], "closed"),
        ([base(), rule(dport(PORT), DROP)], "closed"),
        ([base(), rule(dport(PORT), REJECT), rule(ACCEPT)], "closed"),
        ([base(), rule({"log": {"prefix": "x"}}), rule(DROP)], "closed"),
        # an accept ends its own base chain alone
        ([base(), rule(ACCEPT), base("drop", priority=10)], "closed"),
        # what it takes to know is not told: who sends, through which card
        ([base("drop"), rule(match({"payload": {"protocol": "ip", "field": "saddr"}}, "10.0.0.0"), ACCEPT)], "unknown"),
        ([base("drop"), rule(match(CARD, "eth0"), dport(PORT), ACCEPT)], "unknown"),
        ([base("drop"), rule(match(CARD, "eth0"), dport(80), ACCEPT)], "closed"),
        ([base("drop"), rule({"xt": None}, ACCEPT)], "unknown"),
        ([base(), rule({"xt": None}, {"log": None}), rule(dport(PORT), ACCEPT)], "open"),
        ([base("drop"), rule(dport("@ports"), ACCEPT), rule(dport({"elem": {}}), ACCEPT)], "unknown"),
    ],
)
def test_rulesets(objects: list[dict[str, Any]], expected: str) -> None:
    assert verdict(*objects) == expected


def vmap(*pairs: tuple[object, dict[str, Any]]) -> dict[str, Any]:
    return {"vmap": {"key": STATE, "data": {"set": [list(pair) for pair in pairs]}}}


def test_maps_of_verdicts() -> None:
    known = vmap(("invalid", DROP), ("established", ACCEPT))
    assert verdict(base("drop"), rule(known), rule(dport(PORT), ACCEPT)) == "open"
    assert verdict(base(), rule(vmap(("new", DROP)))) == "closed"
    ports = {
        "vmap": {
            "key": {"payload": {"protocol": "tcp", "field": "dport"}},
            "data": {"set": [[22, ACCEPT], [PORT, ACCEPT]]},
        }
    }
    assert verdict(base("drop"), rule(ports)) == "open"
    senders = {
        "vmap": {"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": {"set": [["10.0.0.1", ACCEPT]]}}
    }
    assert verdict(base("drop"), rule(senders)) == "unknown"


@pytest.mark.parametrize(
    ("leads", "inside", "after", "expected"),
    [
        ("jump", ACCEPT, DROP, "open"),
        ("jump", RETURN, DROP, "closed"),
        ("jump", {"counter": {}}, DROP, "closed"),
        ("goto", {"counter": {}}, DROP, "open"),
        ("goto", DROP, ACCEPT, "closed"),
    ],
)
def test_chains_that_lead_into_others(leads: str, inside: dict[str, Any], after: dict[str, Any], expected: str) -> None:
    objects = [base(), chain("web"), rule({leads: {"target": "web"}}), rule(inside, where="web"), rule(after)]
    assert verdict(*objects) == expected


def test_a_circle_is_not_followed_for_ever() -> None:
    circle = [base(), chain("a"), rule({"jump": {"target": "a"}}), rule({"jump": {"target": "a"}}, where="a")]
    assert verdict(*circle) == "unknown"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["chain", "rule", "expr", "match", "left", "right", "set", "hook"]), inner, max_size=4
        )
    ),
)


@given(json_values)
def test_whatever_nft_prints(value: object) -> None:
    assert lets_in(json.dumps({"nftables": [base("drop"), {"rule": value}]}), PORT) in ("open", "closed", "unknown")
    assert lets_in(json.dumps(value), PORT) in ("off", "unknown")


@given(st.text())
def test_what_is_not_json(text: str) -> None:
    assert lets_in(text, PORT) == "unknown"
