"""The main job with the real model on the demo school, by the command line."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import School

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

ALONE = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
"""A network namespace that has nothing but loopback."""


@pytest.fixture(scope="module")
def server(demo_school: School) -> Iterator[School]:
    """The demo school with its server running on a port of its own."""
    environment = {**demo_school.environment, "NEXUS_PORT": "18473", "NEXUS_HOST": "127.0.0.1"}
    process = subprocess.Popen(demo_school.command("serve"), env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (demo_school.home / "nexus.channel").exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.2)
    yield demo_school
    process.terminate()
    assert process.wait(30) == 0


def test_the_main_question_without_any_network(demo_school: School) -> None:
    if not shutil.which("unshare") or os.geteuid() != 0:
        pytest.skip("needs root and unshare to make a network namespace")
    result = demo_school.run("ask", "informatika_10", "Apa itu algoritma?", prefix=ALONE)
    assert not result["refused"]
    assert "langkah" in result["answer"].lower()
    assert (result["citations"][0]["page_pdf"], result["citations"][0]["page_printed"]) == (8, "5")
    print("cold command line:", result["timings_ms"])


def test_a_running_server_answers_the_command_line(server: School) -> None:
    server.run("ask", "informatika_10", "Apa itu perangkat lunak jahat atau malware?")
    result = server.run("ask", "informatika_10", "Apa yang dimaksud dengan topologi jaringan?")
    assert result["outcome"] == "answered"
    assert result["timings_ms"]["model_load"] < 2000
    print("running server:", result["timings_ms"])


def test_what_the_book_does_not_know_is_refused(server: School) -> None:
    result = server.run("ask", "informatika_10", "Siapa pelatih tim nasional sepak bola Brasil tahun 1994?")
    assert result["refused"]
    assert result["citations"]
    assert result["answer"] == ""


def test_verbs_reach_the_running_server(server: School) -> None:
    added = server.run("subject", "add", "--grade", "12", "--name", "Fisika")
    assert added["code"] == "fisika_12"
    assert {"fisika_12", "informatika_10"} <= {subject["code"] for subject in server.run("subject", "list")}
