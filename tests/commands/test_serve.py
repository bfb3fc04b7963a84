"""`nexus serve` on an empty folder: the console tells where the server is, and the code for the first admin."""

import re
import time
from collections.abc import Iterator

import httpx
import pytest

from nexus_appliance.config import Config
from nexus_appliance.operations.addresses import lan_addresses
from tests.browser.server import Server

ADMIN = {
    "full_name": "Bu Ani",
    "username": "ani",
    "password": "kalimat panjang mudah diingat",
    "again": "kalimat panjang mudah diingat",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("serve") / "home", NEXUS_HOST="0.0.0.0", NEXUS_MDNS_NAME="")
    server.start()
    deadline = time.monotonic() + 30
    while "Semua data" not in server.log.read_text("utf-8"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield server
    server.stop()


def create_admin(server: Server, code: str) -> str:
    """Ask from another machine, as far as the name that it uses tells; where the browser is sent."""
    elsewhere = {"Host": f"192.168.1.5:{server.port}"}
    answer = httpx.post(f"{server.url}/mulai", data={**ADMIN, "code": code}, headers=elsewhere, timeout=60)
    return answer.headers["location"]


def test_the_console_tells_where_the_server_and_its_data_are(server: Server) -> None:
    said = server.log.read_text("utf-8")
    addresses = lan_addresses(Config(home=server.home, port=server.port))
    assert all(f"Siswa membuka {address}\n" in said for address in addresses)
    assert ("Hanya komputer ini" in said) is not bool(addresses)
    assert f"http://localhost:{server.port}" in said
    assert str(server.home) in said


def test_the_code_on_the_console_lets_the_first_admin_in(server: Server) -> None:
    found = re.search(r"kode (\w{5}-\w{5})", server.log.read_text("utf-8"))
    assert found
    assert create_admin(server, "AAAAA-AAAAA").startswith("/mulai?")
    assert create_admin(server, found[1]) == "/admin"
    server.restart()
    assert len(re.findall("kode", server.log.read_text("utf-8"))) == 1


def test_the_code_is_not_in_the_log(server: Server) -> None:
    found = re.search(r"kode (\w{5}-\w{5})", server.log.read_text("utf-8"))
    assert found
    assert found[1] not in (server.home / "logs" / "nexus.log").read_text("utf-8")
