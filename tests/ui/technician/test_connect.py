"""/sambung: the code, the address, the name; and the doctor's button on the technician's page."""

import pytest
from nicegui import ui

from nexus_appliance.operations import mdns, network
from nexus_appliance.operations.checks import Check
from tests.ui.teacher.staffroom import Page, StaffRoom
from ui import connect
from ui.connect import qr_code


class Name:
    """A name that nobody announces."""

    name = "belajar.local"

    def close(self) -> None:
        """Nothing."""


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of this machine, to be changed."""
    found: list[str] = []
    monkeypatch.setattr(network, "lan_hosts", lambda _: list(found))
    monkeypatch.setattr(mdns, "announce", lambda *_: Name())
    return found


async def test_a_machine_without_a_network_says_what_to_do_and_follows(
    room: StaffRoom, page: Page, hosts: list[str]
) -> None:
    await page.visitor.open("/sambung")
    await page.sees("Server tidak tersambung ke jaringan")
    hosts[:] = ["192.168.1.7", "10.0.0.7"]
    room.appliance.network._round()
    port = room.appliance.config.port
    await page.sees(f"192.168.1.7:{port}", f"Di jaringan lain: 10.0.0.7:{port}", f"atau belajar.local:{port}")
    (code,) = (one for one in page.elements(ui.html) if "nx-connect-code" in one.classes)
    assert code.content == qr_code(f"http://192.168.1.7:{port}")
    assert code.props["aria-label"] == f"Kode QR untuk http://192.168.1.7:{port}"
    hosts[:] = ["192.168.1.9"]
    room.appliance.network._round()
    await page.sees(f"192.168.1.9:{port}")
    await page.misses("192.168.1.7")


async def test_other_devices_are_counted(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "COUNT", 0.05)
    await page.visitor.open("/sambung")
    await page.sees("1 perangkat tersambung")
    monkeypatch.setattr(connect, "is_loopback", lambda _: True)
    await page.sees("Belum ada perangkat lain")


async def test_the_doctor_says_it_in_words(room: StaffRoom, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        Check("server", "ok", {"port": 80}),
        Check("firewall_closed", "failure", {"port": 80, "kind": "ufw", "command": "sudo ufw allow 80/tcp"}),
    ]
    monkeypatch.setattr(room.appliance.machine, "connection", lambda _: found)
    await page.open("/teknisi", "yoga")
    await page.misses("menutup port")
    await page.press("examine")
    await page.sees("Server menyala dan menjawab di port 80.", "menutup port 80", "sudo ufw allow 80/tcp")
    await page.misses("Sedang memeriksa")
