"""What the connection doctor says of a server, of an address and of a name."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import psutil
import pytest
from filelock import FileLock

from nexus_appliance.config import Config
from nexus_appliance.operations import doctor, firewall, mdns
from nexus_appliance.operations.checks import Check
from nexus_appliance.operations.firewall import Firewall
from nexus_appliance.operations.network import Move, note_move
from nexus_appliance.storage.schema import utc_now
from tests.operations.test_ports import taken
from ui.doctor_words import FINDINGS, finding_sentence
from ui.i18n import speak

OURS = json.dumps({"program": doctor.PROGRAM}).encode()
HERE = "127.0.0.1"


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[int]:
    """A port on which a server gives one answer to everything."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer((HERE, 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose network is loopback, without a firewall."""
    monkeypatch.setattr(doctor, "lan_hosts", lambda _: [HERE])
    monkeypatch.setattr(firewall, "examine", lambda _: Firewall("", "off"))


@contextmanager
def owned(config: Config) -> Iterator[None]:
    config.home.mkdir(exist_ok=True)
    with FileLock(config.home / "nexus.lock"):
        yield


def names(config: Config) -> dict[str, str]:
    return {found.name: found.verdict for found in doctor.examine(config)}


@pytest.mark.usefixtures("alone")
def test_all_is_well(config: Config) -> None:
    with answering(OURS) as port, owned(config):
        assert names(replace(config, port=port)) == {"server": "ok", "address": "ok", "firewall_off": "ok"}


@pytest.mark.usefixtures("alone")
def test_the_server_of_another_folder(config: Config) -> None:
    with answering(OURS) as port:
        assert names(replace(config, port=port))["other_school"] == "failure"


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(("body", "status"), [(b"<html>", 200), (b"[]", 200), (b'{"program": "x"}', 200), (b"", 301)])
def test_another_program_on_the_port_is_named(config: Config, body: bytes, status: int) -> None:
    with answering(body, status) as port:
        (found, _) = doctor.examine(replace(config, port=port))
    assert (found.name, found.values["port"]) == ("port_taken", port)
    assert found.values["program"] == psutil.Process().name()


@pytest.mark.usefixtures("alone")
def test_a_program_that_says_nothing_holds_the_port_too(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PATIENCE", 0.2)
    with taken() as port:
        assert "port_taken" in names(replace(config, port=port))
        with owned(config):
            assert "silent" in names(replace(config, port=port))


@pytest.mark.usefixtures("alone")
def test_a_server_that_is_off(config: Config) -> None:
    with taken() as port:
        pass
    assert "stopped" in names(replace(config, port=port))
    with owned(config):
        assert "silent" in names(replace(config, port=port))


def test_an_address_that_does_not_answer(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "lan_hosts", lambda _: [HERE, "127.0.0.2"])
    with answering(OURS) as port, owned(config):
        found = names(replace(config, port=port))
    assert (found["address"], found["address_closed"]) == ("ok", "failure")


def test_a_machine_without_a_network(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "lan_hosts", lambda _: [])
    assert "no_network" in names(config)
    assert "alone" in names(replace(config, host=HERE))


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("stands", "name", "verdict"),
    [
        (Firewall("ufw", "closed"), "firewall_closed", "failure"),
        (Firewall("windows", "closed"), "firewall_closed", "failure"),
        (Firewall("windows", "closed", public=True), "firewall_public", "failure"),
        (Firewall("firewalld", "closed"), "firewall_closed", "failure"),
        (Firewall("nftables", "unknown"), "firewall_unknown", "warning"),
        (Firewall("nftables", "open"), "firewall_open", "ok"),
    ],
)
def test_the_firewall(
    config: Config, monkeypatch: pytest.MonkeyPatch, stands: Firewall, name: str, verdict: str
) -> None:
    monkeypatch.setattr(firewall, "examine", lambda _: stands)
    found = {one.name: one for one in doctor.examine(replace(config, port=8123))}[name]
    assert found.verdict == verdict
    speak("id")
    assert "8123" in finding_sentence(found.name, found.values) or stands.state == "unknown"


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("answers", "name"),
    [([HERE], "name"), ([HERE, "192.0.2.4"], "name_taken"), (["192.0.2.4"], "name_taken"), ([], "name_silent")],
)
def test_the_name(config: Config, monkeypatch: pytest.MonkeyPatch, answers: list[str], name: str) -> None:
    monkeypatch.setattr(mdns, "holders", lambda *_: answers)
    assert name in names(replace(config, mdns_name="belajar"))
    assert name not in names(config)


@pytest.mark.usefixtures("alone")
def test_a_network_that_is_gone_when_the_name_is_asked_for(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> list[str]:
        raise OSError("no such device")

    monkeypatch.setattr(mdns, "holders", gone)
    assert "name_silent" in names(replace(config, mdns_name="belajar"))


@pytest.mark.usefixtures("alone")
def test_an_address_that_changed_lately(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    config.home.mkdir()
    note_move(config, "192.0.2.4")
    assert "moved" not in names(config)
    note_move(config, HERE)
    assert names(config)["moved"] == "warning"
    old = Move(HERE, "192.0.2.4", utc_now() - timedelta(days=8))
    monkeypatch.setattr(doctor, "last_move", lambda _: old)
    assert "moved" not in names(config)


def test_every_finding_has_its_sentence() -> None:
    values = dict.fromkeys(("port", "program", "address", "kind", "command", "name", "before", "now"), "x")
    said = {language: [_said(language, name, values) for name in FINDINGS] for language in ("en", "id")}
    assert all(one != other for one, other in zip(said["en"], said["id"], strict=True))


def _said(language: str, name: str, values: dict[str, str]) -> str:
    speak(language)
    return finding_sentence(name, Check(name, "ok", dict(values)).values)
