"""The name and the addresses of the server, with real multicast DNS over loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.config import Config
from nexus_appliance.errors import Invalid
from nexus_appliance.operations import mdns, network
from nexus_appliance.operations.network import FILE, Network, last_move, note_move
from nexus_appliance.storage.database import Database

HERE = ["127.0.0.1"]


@contextmanager
def announced(label: str, hosts: list[str] = HERE) -> Iterator[str]:
    made = mdns.announce(label, hosts, 8080)
    assert made is not None
    try:
        yield made.name
    finally:
        made.close()


def test_a_name_is_found_while_it_is_announced_and_no_longer() -> None:
    assert mdns.holders("uji-nama", HERE) == []
    with announced("uji-nama") as name:
        assert name == "uji-nama.local"
        assert mdns.holders("uji-nama", HERE) == HERE
    assert mdns.holders("uji-nama", HERE) == []


def test_a_name_that_another_machine_has_gets_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    with announced("uji-dua"):
        monkeypatch.setattr(mdns, "_holders", _as_of_another_machine(mdns._holders))
        with announced("uji-dua") as second:
            assert second == "uji-dua-2.local"


def test_all_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mdns, "_holders", lambda *_: ["192.0.2.9"])
    assert mdns.announce("uji-tiga", HERE, 8080) is None


def _as_of_another_machine(holders: object) -> object:
    return lambda zeroconf, label: ["192.0.2.9"] if holders(zeroconf, label) else []  # type: ignore[operator]


@pytest.mark.parametrize("setting", ["belajar", "Belajar.local", "sd-1", "a"])
def test_names_that_can_be(setting: str) -> None:
    assert mdns.label_of(setting) == setting.lower().removesuffix(".local")


@pytest.mark.parametrize("setting", ["-a", "a-", "a.b", "a b", "ä", "x" * 63, "_x"])
def test_names_that_cannot(setting: str) -> None:
    with pytest.raises(Invalid, match="setting_invalid"):
        mdns.label_of(setting)


def test_it_follows_the_addresses(config: Config, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []
    told: list[frozenset[str]] = []
    database.subscribe(told.append)
    monkeypatch.setattr(network, "lan_hosts", lambda _: list(found))
    one = Network(replace(config, mdns_name="uji-empat", port=8080), database)
    one._round()
    assert (one.hosts, one.name, told) == ((), "", [])
    found.append("127.0.0.1")
    one._round()
    assert (one.hosts, one.name) == (("127.0.0.1",), "uji-empat.local")
    assert told == [frozenset({"addresses"})] * 2
    one._round()
    assert len(told) == 2
    found.clear()
    one._round()
    assert (one.hosts, one.name) == ((), "")
    one.close()


def test_a_network_that_refuses_is_tried_again_later(
    config: Config, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def refuse(*_: object) -> None:
        tries.append(1)
        raise OSError("no such device")

    monkeypatch.setattr(network, "lan_hosts", lambda _: HERE)
    monkeypatch.setattr(mdns, "announce", refuse)
    one = Network(replace(config, mdns_name="uji-lima"), database)
    one._round()
    one._round()
    assert (one.hosts, one.name, len(tries)) == (("127.0.0.1",), "", 1)
    one._again = 0.0
    one._round()
    assert len(tries) == 2


def test_no_name_is_wanted(config: Config, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "lan_hosts", lambda _: HERE)
    monkeypatch.setattr(mdns, "announce", lambda *_: pytest.fail("announced"))
    Network(replace(config, mdns_name=""), database)._round()


def test_the_last_change_is_remembered(config: Config) -> None:
    config.home.mkdir()
    assert last_move(config) is None
    note_move(config, "192.168.1.7")
    first = last_move(config)
    assert first is not None and (first.now, first.before) == ("192.168.1.7", "")
    note_move(config, "192.168.1.7")
    assert last_move(config) == first
    note_move(config, "192.168.1.9")
    second = last_move(config)
    assert second is not None and (second.now, second.before) == ("192.168.1.9", "192.168.1.7")


@given(st.binary(max_size=40))
def test_whatever_a_power_cut_leaves(tmp_path_factory: pytest.TempPathFactory, rest: bytes) -> None:
    config = Config(home=tmp_path_factory.mktemp("home"))
    Path(config.home / FILE).write_bytes(rest)
    assert last_move(config) is None
    note_move(config, "192.168.1.7")
    assert last_move(config) is not None
