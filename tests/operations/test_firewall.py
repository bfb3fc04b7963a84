"""What is read off ufw and Windows."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.operations import firewall
from nexus_appliance.operations.firewall import Firewall, examine, ufw, windows

UFW = """Status: active

To                         Action      From
--                         ------      ----
22/tcp                     ALLOW       Anywhere
80                         ALLOW       192.168.0.0/16
8080/tcp                   DENY        Anywhere
8081/udp                   ALLOW       Anywhere
80 (v6)                    ALLOW       Anywhere (v6)
"""


@pytest.mark.parametrize(
    ("port", "state"), [(22, "open"), (80, "open"), (8080, "closed"), (8081, "closed"), (9, "closed")]
)
def test_ufw(port: int, state: str) -> None:
    assert ufw(UFW, port) == state


def test_ufw_that_is_off() -> None:
    assert ufw("Status: inactive\n", 80) == "off"
    assert ufw("", 80) == "off"


ALL = ["Domain", "Private", "Public"]


@pytest.mark.parametrize(
    ("networks", "rules", "active", "found"),
    [
        ("Private", "Domain, Private", ALL, Firewall("windows", "open")),
        ("DomainAuthenticated", ["Domain, Private"], ALL, Firewall("windows", "open")),
        ("Public", "Domain, Private", ALL, Firewall("windows", "closed", public=True)),
        ("Public", "Any", ALL, Firewall("windows", "open", public=True)),
        ("Private", [], ALL, Firewall("windows", "closed")),
        ("Private", [], ["Public"], Firewall("windows", "off")),
        (["Private", "Public"], "Private", ALL, Firewall("windows", "open")),
    ],
)
def test_windows(networks: object, rules: object, active: object, found: Firewall) -> None:
    assert windows(json.dumps({"networks": networks, "rules": rules, "active": active})) == found


@given(
    st.none()
    | st.text()
    | st.dictionaries(st.sampled_from(["networks", "rules", "active"]), st.integers()).map(json.dumps)
)
def test_windows_that_tells_nothing(told: str | None) -> None:
    assert windows(told) == Firewall("windows", "unknown")


@pytest.mark.parametrize(
    ("modules", "state"),
    [
        ("nft_ct 16384 4 - Live 0x0\nnf_tables 380928 61 nft_ct, Live 0x0\n", "unknown"),
        ("nf_tables 380928 0 - Live 0x0\n", "off"),
        ("ext4 1 1 - Live 0x0\n", "off"),
    ],
)
def test_rules_that_are_told_to_root_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, modules: str, state: str
) -> None:
    (tmp_path / "modules").write_text(modules)
    monkeypatch.setattr(firewall, "MODULES", tmp_path / "modules")
    monkeypatch.setattr(firewall, "_output", lambda *_: None)
    assert examine(8080).state == state
