"""/sambung and the connection doctor on a machine with a network of its own, in real Chromium."""

import io
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, expect

from nexus_appliance.operations import mdns
from nexus_appliance.school.callers import OPERATOR
from tests import networks
from tests.browser.server import Server
from tests.networks import OtherMachine
from tests.tools import lacking
from tests.ui.school import found_school
from ui.cookies import SESSION

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FIRST, SECOND = "10.77.0.20", "10.77.0.31"

CLOSED = """
table inet uji {
  chain masuk {
    type filter hook input priority 0; policy drop;
    iifname "lo" accept
    ct state established,related accept
    meta l4proto icmp accept
    %s
  }
}
"""


@pytest.fixture(scope="module")
def machine() -> Iterator[OtherMachine]:
    if not networks.may_make_networks():
        lacking("networks cannot be made: not root, or iproute2 or nftables is missing")
    machine = OtherMachine("nexus-uji", FIRST)
    yield machine
    machine.close()


@pytest.fixture(scope="module")
def there(machine: OtherMachine, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("connect") / "home"
    school = found_school(home, sqlite_template)
    school.subjects.add(OPERATOR, 10, "Informatika")
    school.close()
    server = Server(home, host=FIRST, prefix=machine.prefix, NEXUS_HOST="0.0.0.0", NEXUS_MDNS_NAME="uji-belajar")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def projector(
    machine: OtherMachine, there: Server, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """A window on the server's own machine, as a teacher's beamer shows it."""
    chromium = str(shutil.which("chromium"))
    path = machine.wrapper(chromium, tmp_path_factory.mktemp("program"))
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-quic"])
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="id-ID").new_page()
    page.goto(f"http://localhost:{there.port}/sambung")
    yield page
    browser.close()


def read_code(page: Page) -> str:
    """What a phone's camera reads off the screen."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


def names(there: Server) -> dict[str, dict[str, object]]:
    return {found["name"]: found for found in there.told("doctor")}


def test_a_phone_reads_the_code_and_gets_the_page(there: Server, projector: Page) -> None:
    expect(projector.get_by_text(f"{FIRST}:{there.port}", exact=True)).to_be_visible()
    address = read_code(projector)
    assert address == f"http://{FIRST}:{there.port}"
    assert "Masuk" in httpx.get(address, follow_redirects=True).text


def test_the_name_is_found_in_the_network(there: Server, projector: Page) -> None:
    expect(projector.get_by_text("uji-belajar.local")).to_be_visible()
    with ThreadPoolExecutor() as other:  # in this thread Playwright has its event loop
        assert other.submit(mdns.holders, "uji-belajar", [networks.HERE]).result() == [FIRST]
    assert names(there)["name"]["verdict"] == "ok"


def test_a_device_more_is_counted(there: Server, projector: Page, chromium: Browser) -> None:
    expect(projector.get_by_text("Belum ada perangkat lain")).to_be_visible()
    phone = chromium.new_page(viewport={"width": 360, "height": 740})
    phone.goto(there.url)
    expect(projector.get_by_text("1 perangkat tersambung")).to_be_visible()
    phone.close()
    expect(projector.get_by_text("Belum ada perangkat lain")).to_be_visible()


def test_the_doctor_finds_nothing(there: Server) -> None:
    found = names(there)
    assert {name: one["verdict"] for name, one in found.items()} == dict.fromkeys(
        ("server", "address", "firewall_off", "name"), "ok"
    )


def test_a_closed_port_is_named_and_an_open_one_too(there: Server, machine: OtherMachine) -> None:
    try:
        machine.run("nft", "-f", "-", told=CLOSED % "")
        assert not reaches(there)
        found = names(there)["firewall_closed"]
        assert (found["verdict"], found["values"]["port"]) == ("failure", there.port)  # type: ignore[index]
        machine.run("nft", "flush", "ruleset")
        machine.run("nft", "-f", "-", told=CLOSED % f"tcp dport {there.port} accept")
        assert reaches(there)
        assert names(there)["firewall_open"]["verdict"] == "ok"
    finally:
        machine.run("nft", "flush", "ruleset")


def test_the_button_says_it_in_words(there: Server, machine: OtherMachine, projector: Page) -> None:
    page = projector.context.new_page()
    here = f"http://localhost:{there.port}"
    token = there.sign_in("teknisi")
    page.context.add_cookies([{"name": SESSION, "value": token, "url": here}])
    try:
        machine.run("nft", "-f", "-", told=CLOSED % "")
        page.goto(f"{here}/teknisi")
        page.get_by_role("button", name="Periksa sambungan").click()
        expect(page.get_by_text(f"menutup port {there.port}")).to_be_visible()
    finally:
        machine.run("nft", "flush", "ruleset")
        page.close()


def test_a_new_address_is_on_the_page_within_ten_seconds(there: Server, machine: OtherMachine, projector: Page) -> None:
    expect(projector.get_by_text(f"{FIRST}:{there.port}", exact=True)).to_be_visible()
    machine.move(SECOND)
    moved = time.monotonic()
    expect(projector.get_by_text(f"{SECOND}:{there.port}", exact=True)).to_be_visible(timeout=10_000)
    print(f"the new address after {time.monotonic() - moved:.1f} s")
    there.url = f"http://{SECOND}:{there.port}"
    assert read_code(projector) == there.url
    assert httpx.get(there.url, follow_redirects=True).status_code == 200
    assert names(there)["moved"]["values"] == {"before": FIRST, "now": SECOND}


def test_a_port_that_another_program_took_is_named(there: Server, machine: OtherMachine) -> None:
    there.stop()
    assert "stopped" in names(there)
    command = [*machine.prefix, sys.executable, "-m", "http.server", str(there.port)]
    other = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(there)
        found = names(there)["port_taken"]
        assert found["values"]["port"] == there.port  # type: ignore[index]
        assert "python" in str(found["values"]["program"])  # type: ignore[index]
    finally:
        other.terminate()
        other.wait()


def reaches(there: Server) -> bool:
    """Whether this machine, another one in the school's network, can connect."""
    try:
        with socket.create_connection((there.url.split("/")[2].split(":")[0], there.port), timeout=1):
            return True
    except OSError:
        return False


def wait_for(there: Server) -> None:
    deadline = time.monotonic() + 20
    while not reaches(there):
        assert time.monotonic() < deadline
        time.sleep(0.1)
