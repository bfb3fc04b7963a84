"""New material with the real program: published, brought in on a stick and over the network, asked for, corrected."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from tests.acceptance.conftest import School
from tests.acceptance.test_main_job import ALONE
from tests.corrections import corrected
from tests.distribution.servers import web_server
from tests.pdfs import text_pdf

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

SUBJECT = "sejarah_8"
PAGES = [
    (
        "Kincir air Sumberjaya",
        "Kincir air Desa Sumberjaya dibangun pada tahun 1927 oleh Wiryo, seorang tukang kayu. Kincir itu mengangkat "
        "air sungai ke sawah yang letaknya lebih tinggi, sehingga petani dapat menanam padi dua kali setahun.",
    ),
    (
        "Pasar Sumberjaya",
        "Pasar Sumberjaya dibuka setiap hari Selasa. Para pedagang datang dari tiga desa dengan perahu dan membawa "
        "ikan, garam, dan kain tenun untuk ditukar dengan beras.",
    ),
    (
        "Sekolah pertama",
        "Sekolah pertama di Sumberjaya berdiri pada tahun 1934 dengan satu ruang kelas dan empat puluh murid. Gurunya "
        "bernama Sumarni, yang datang dari kota dengan berjalan kaki selama dua hari.",
    ),
]
QUESTION = "Kapan kincir air Desa Sumberjaya dibangun?"


class Publisher:
    """The people who publish, with the commands that they have."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.channel = folder / "channel"
        self._cloud("init", self.channel, "--new-keys")
        self._cloud("subject", self.channel, SUBJECT)

    @property
    def root(self) -> Path:
        return self.channel / "metadata" / "1.root.json"

    def publish(self, school: School, pdf: Path, version: str) -> int:
        """Make a pack and publish it; its bytes."""
        pack = self.folder / f"{version}.vkp"
        school.run(
            "pack", "build", SUBJECT, str(pdf), str(pack), "--grade", "8", "--name", "sumberjaya", "--version", version
        )
        self._cloud("publish", self.channel, pack)
        return pack.stat().st_size

    def _cloud(self, verb: str, *arguments: object) -> None:
        command = [sys.executable, "-m", "cloud", verb, *map(str, arguments), "--keys", str(self.folder / "keys")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    return Publisher(tmp_path_factory.mktemp("publisher"))


@pytest.fixture
def school(tmp_path: Path, demo_school: School, publisher: Publisher) -> School:
    """A copy of the demo school that trusts the publisher."""
    shutil.copytree(demo_school.home, tmp_path / "home", ignore=shutil.ignore_patterns("*.sock", "nexus.channel"))
    made = School(tmp_path / "home")
    made.environment |= {"NEXUS_CHANNEL_ROOT": str(publisher.root), "NEXUS_PORT": "18474", "NEXUS_HOST": "127.0.0.1"}
    made.run("subject", "add", "--grade", "8", "--name", "Sejarah")
    return made


@contextmanager
def serving(school: School) -> Iterator[None]:
    """The school's server, until it is told to end."""
    process = subprocess.Popen(school.command("serve"), env=school.environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (school.home / "nexus.channel").exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.2)
    try:
        yield
    finally:
        process.terminate()
        code = process.wait(30)
    assert code == 0


def other_hours() -> str:
    """Hours at which the server looks by itself, far from now: the looks of a test are the only ones."""
    hour = datetime.now().astimezone().hour
    return f"{(hour + 11) % 24}-{(hour + 13) % 24}"


def asked(school: School, *prefix: str) -> None:
    """The answer is in the new book, on its first page."""
    result = school.run("ask", SUBJECT, QUESTION, prefix=prefix)
    assert "1927" in result["answer"]
    assert result["citations"][0]["page_pdf"] == 1


def test_a_running_server_takes_new_material_and_its_correction(
    publisher: Publisher, school: School, tmp_path: Path
) -> None:
    book = text_pdf(tmp_path / "sumberjaya.pdf", PAGES)
    publisher.publish(school, book, "1.0.0")
    with web_server(publisher.channel) as url:
        school.environment |= {"NEXUS_CHANNEL_URL": url, "NEXUS_CHANNEL_HOURS": other_hours()}
        with serving(school):
            first = school.run("update")
            assert (first["installed"], first["failed"]) == (1, 0)
            asked(school)
            full = publisher.publish(school, corrected(book, tmp_path / "corrected.pdf", 2), "1.1.0")
            update = school.run("update")
            assert update["installed"] == 1
            assert update["received"] < full
            assert school.run("update")["received"] < 1000
            found = school.run("ask", SUBJECT, "Apa yang dipastikan sebelum program dijalankan?")
            assert any("Catatan perbaikan" in citation["text"] for citation in found["citations"])
    print("first:", first, "update:", update, "of", full)


def test_a_stick_brings_the_same_without_any_network(publisher: Publisher, school: School, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    if not (publisher.channel / "packs" / SUBJECT).exists():
        publisher.publish(school, text_pdf(tmp_path / "sumberjaya.pdf", PAGES), "1.0.0")
    shutil.copytree(publisher.channel, stick)
    result = school.run("update", "--from", str(stick), prefix=ALONE)
    assert (result["installed"], result["failed"]) == (1, 0)
    asked(school, *ALONE)
    assert school.run("update", "--from", str(stick), prefix=ALONE)["installed"] == 0
