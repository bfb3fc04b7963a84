"""The technician's view: who may look, what the log keeps to itself, where the server is found."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.errors import NotAllowed
from nexus_appliance.inference.scheduler import Scheduler
from nexus_appliance.operations.addresses import lan_addresses, reachable
from nexus_appliance.operations.logs import LINE_BYTES, entries, log_to, tail, without_secrets
from nexus_appliance.operations.machine import Machine
from nexus_appliance.school.callers import OPERATOR, Role
from nexus_appliance.storage.database import Database
from tests.conftest import add_person


@pytest.fixture
def log_home(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    return tmp_path


def test_technicians_and_administrators_look_and_nobody_else(config: Config, database: Database) -> None:
    machine = Machine(config, database, Scheduler(config))
    views = (machine.checks, machine.model, machine.log, machine.addresses)
    for caller in (OPERATOR, add_person(database, Role.TECHNICIAN), add_person(database, Role.ADMIN)):
        for view in views:
            assert view(caller) is not None
    for role in (Role.STUDENT, Role.TEACHER):
        for view in views:
            with pytest.raises(NotAllowed):
                view(add_person(database, role))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("postgresql+psycopg://nexus:r%40h@db:5432/x", "postgresql+psycopg://nexus:***@db:5432/x"),
        ("password=hunter2, next", "password=***, next"),
        ("{'token': 'abc', 'page': 3}", "{'token': '***', 'page': 3}"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("Cookie: nexus_session=abcd; lang=id", "Cookie: ***; lang=id"),
        ("PGPASSWORD=abc NEXUS_SECRET: xyz", "PGPASSWORD=*** NEXUS_SECRET: ***"),
        ("prompt_tokens=120 tokens: 33", "prompt_tokens=120 tokens: 33"),
        ("http://192.168.1.5:8080/guru", "http://192.168.1.5:8080/guru"),
    ],
)
def test_secrets_are_not_written(text: str, written: str) -> None:
    assert without_secrets(text) == written


def test_what_is_logged_is_read_back_without_secrets(log_home: Path) -> None:
    end = log_to(log_home, "info")
    log = logging.getLogger("nexus_appliance.somewhere")
    try:
        log.debug("not this")
        log.info("a line\nand its second, with password=x")
        log.error("broken", exc_info=ValueError("token=abc"))
    finally:
        end()
    log.error("after the end")
    first, second = entries(tail(log_home))
    assert (first.level, first.source) == ("INFO", "nexus_appliance.somewhere")
    assert first.text == "a line\nand its second, with password=***"
    assert second.text.splitlines() == ["broken", "ValueError: token=***"]


def test_only_the_end_is_read_and_no_line_is_cut(log_home: Path) -> None:
    line = "2026-11-22 10:00:00,000 INFO room: " + "x" * LINE_BYTES
    (log_home / "logs" / "nexus.log").write_text("".join(f"{line} {number}\n" for number in range(100)))
    found = tail(log_home, 10)
    assert 1 < len(found) <= 10
    assert all(one.startswith("2026-11-22") for one in found)
    assert found[-1].endswith(" 99")
    assert len(entries(found)) == len(found)
    assert tail(log_home.parent / "nowhere") == []


def test_the_address_is_the_one_that_a_phone_reaches() -> None:
    found = ["127.0.0.1", "169.254.3.4", "203.0.113.5", "10.0.0.7", "192.168.1.9", "192.168.1.9"]
    assert [str(one) for one in reachable(found)][:2] == ["192.168.1.9", "10.0.0.7"]
    assert len(reachable(found)) == 3


def test_a_chosen_host_is_the_address(config: Config) -> None:
    assert lan_addresses(replace(config, host="192.168.7.7", port=80)) == ["http://192.168.7.7"]
    assert lan_addresses(replace(config, host="192.168.7.7", port=8080)) == ["http://192.168.7.7:8080"]
    for alone in ("127.0.0.1", "localhost", "::1"):
        assert lan_addresses(replace(config, host=alone)) == []


def test_this_machine_has_only_addresses_of_its_own(config: Config) -> None:
    for url in lan_addresses(config):
        assert url.startswith("http://")
        assert "127." not in url
