"""The change to a program that came by the channel: asked for, proved, done, undone, cut short."""

import errno
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from cloud import channel
from cloud.channel import Published
from installer.bundle import archive as bundle_archive
from nexus_appliance.curriculum.channel import PROGRAMS
from nexus_appliance.distribution import switching as switching_module
from nexus_appliance.distribution.files import Computer, place_of
from nexus_appliance.distribution.shelf import NotAProgramError, Shelf
from nexus_appliance.distribution.switcher import Outcome, Switcher
from nexus_appliance.distribution.switching import Switching
from nexus_appliance.errors import Failure, Missing, NotAllowed
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.storage.schema import ChannelFile, ChatEntry, Notice
from tests.distribution.conftest import School
from tests.distribution.programs import ABOUT, PowerLossError, Service, archive

LINUX = Computer("linux", "x86_64")
NEW = "9.1.0"


@dataclass
class Machine:
    """A school whose packages have made a folder for programs."""

    school: School
    programs: Path
    service: Service
    switching: Switching
    root: bytes

    @property
    def home(self) -> Path:
        return self.school.config.home

    def offer(self, content: bytes, version: str = NEW) -> str:
        """A program comes by the channel; its hash."""
        publisher = self.school.publisher
        file = publisher.folder.parent / "program.zip"
        file.write_bytes(content)
        publisher.now += timedelta(minutes=1)
        given = Published(PROGRAMS, "nexus", version, "Nexus", file, ABOUT)
        channel.publish_file(publisher.store, publisher.keys, given, publisher.now)
        self.school.look()
        return hashlib.sha256(content).hexdigest()

    def switch(self) -> Outcome | None:
        """What root's service does."""
        now = self.school.publisher.now + timedelta(hours=1)
        return Switcher(self.home, Shelf(self.programs), self.root, self.service, now, LINUX).run()

    def ask_and_switch(self) -> Outcome:
        """Asked for by the technician."""
        self.switching.ask(OPERATOR, "nexus")
        outcome = self.switch()
        assert outcome is not None
        return outcome

    @property
    def runs(self) -> str:
        """The version whose data these are."""
        return (self.home / "data").read_text().strip()


@pytest.fixture
def machine(school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr("nexus_appliance.distribution.files.Computer.this", lambda: LINUX)
    programs, installed = tmp_path / "programs", tmp_path / "installed"
    programs.mkdir()
    Shelf(tmp_path).unpack(written(tmp_path, archive("0.1.0")), "0.1.0", "0" * 12).rename(installed)
    (school.config.home / "data").write_text("alt")
    service = Service(school.config.home, programs, installed)
    switching = Switching(school.database, school.config.home, programs, LINUX)
    return Machine(school, programs, service, switching, school.publisher.root)


def written(folder: Path, content: bytes) -> Path:
    file = folder / "archive"
    file.write_bytes(content)
    return file


def test_a_newer_program_takes_the_place_after_a_copy_of_the_data(machine: Machine) -> None:
    sha256 = machine.offer(archive(NEW))
    outcome = machine.ask_and_switch()
    assert (outcome.sha256, outcome.version, outcome.failure) == (sha256, NEW, "")
    assert machine.runs == NEW
    assert (machine.home / "copies" / "satu").read_text() == "alt"
    assert machine.service.calls == ["--version", "stop", "snapshot take", "start", "serve", "look"]
    current = Shelf(machine.programs).current
    assert current is not None
    assert (current / "_internal" / "lib.so.1").read_bytes() == b"library"
    assert (current / "version").read_text() == f"{NEW}\n"
    assert machine.switch() is None


def test_an_older_one_than_the_current_is_not_taken(machine: Machine) -> None:
    older = machine.offer(archive("9.0.0"), "9.0.0")
    machine.ask_and_switch()
    (machine.home / "data").write_text("alt")  # what each of these programs can read
    machine.offer(archive(NEW))
    assert machine.ask_and_switch().failure == ""
    (machine.home / PROGRAMS / "switch").write_text(older)
    outcome = machine.switch()
    assert outcome is not None
    assert outcome.failure == Failure.PROGRAM_UNUSABLE
    assert machine.runs == NEW


def test_the_current_one_is_not_taken_again(machine: Machine) -> None:
    sha256 = machine.offer(archive(NEW))
    machine.ask_and_switch()
    (machine.home / PROGRAMS / "switch").write_text(sha256)
    outcome = machine.switch()
    assert outcome is not None
    assert outcome.failure == Failure.PROGRAM_UNUSABLE
    assert Shelf(machine.programs).version == NEW


def test_one_that_does_not_serve_goes_and_the_data_of_then_are_back(
    machine: Machine, person: Callable[..., Caller]
) -> None:
    person(Role.TECHNICIAN)
    machine.offer(archive(NEW, serves=False))
    outcome = machine.ask_and_switch()
    assert outcome.failure == Failure.PROGRAM_WENT_BACK
    assert machine.runs == "0.1.0"
    assert Shelf(machine.programs).current is None
    assert machine.service.serving
    assert (machine.home / "started").read_text().split() == [NEW, "0.1.0"]
    machine.switching.tell()
    machine.switching.tell()
    with machine.school.database.read() as session:
        (row,) = session.query(ChannelFile).filter_by(kind=PROGRAMS)
        assert (row.failure, row.failure_values) == (Failure.PROGRAM_WENT_BACK, {"version": NEW})
        assert [one.kind for one in session.query(Notice).order_by(Notice.id)] == ["program_ready", "program_failed"]
    assert not machine.switching.ask_when_calm()


def test_a_copy_of_the_data_that_fails_changes_nothing(machine: Machine) -> None:
    (machine.home / "voll").touch()
    machine.offer(archive(NEW))
    assert machine.ask_and_switch().failure == Failure.PROGRAM_UNUSABLE
    assert machine.service.serving
    assert Shelf(machine.programs).current is None
    assert machine.runs == "0.1.0"


def test_data_that_cannot_be_brought_back_do_not_keep_the_school_without_a_server(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.offer(archive(NEW, serves=False))
    say = machine.service.say

    def full(program: Path | None, *verb: str) -> str:
        if verb[:2] == ("snapshot", "restore"):
            raise OSError("no space left")
        return say(program, *verb)

    monkeypatch.setattr(machine.service, "say", full)
    (machine.home / "data").write_text("0.1.0")  # what the old program can read, as far as the new one leaves it
    outcome = machine.ask_and_switch()
    assert outcome.failure == Failure.PROGRAM_WENT_BACK
    assert Shelf(machine.programs).current is None
    assert not (machine.programs / "trial.json").exists()
    assert machine.service.serving


def test_a_full_disk_is_told_and_leaves_nothing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.offer(archive(NEW))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("nexus_appliance.distribution.shelf._extract", full)
    assert machine.ask_and_switch().failure == Failure.DISK_FULL
    assert sorted(one.name for one in machine.programs.iterdir()) == ["outcome.json", "trust"]
    assert machine.service.calls == []


@pytest.mark.parametrize("where", ["--version", "stop", "snapshot take", "start", "serve", "look", "snapshot restore"])
@pytest.mark.parametrize("serves", [True, False], ids=["good", "bad"])
def test_a_power_cut_is_taken_up_where_it_came(machine: Machine, where: str, serves: bool) -> None:
    machine.offer(archive(NEW, serves=serves))
    machine.switching.ask(OPERATOR, "nexus")
    machine.service.cut = where
    try:
        machine.switch()
    except PowerLossError:
        machine.service.cut = ""
        machine.switch()
        assert machine.service.serving or where in ("--version", "stop", "snapshot take")
    current = Shelf(machine.programs).current
    if current is None and machine.runs == "alt":  # cut before anything was changed: the service manager starts it
        machine.service.start()
    assert machine.runs == (NEW if current is not None else "0.1.0")
    assert (current is not None) <= serves
    assert not (machine.programs / "trial.json").exists()


def test_what_the_server_s_user_puts_there_is_not_taken(machine: Machine) -> None:
    machine.offer(archive(NEW))
    evil = archive("9.2.0")
    sha256 = hashlib.sha256(evil).hexdigest()
    place_of(machine.home, PROGRAMS, sha256).write_bytes(evil)
    (machine.home / PROGRAMS / "switch").write_text(sha256)
    outcome = machine.switch()
    assert outcome is not None
    assert outcome.failure == Failure.PROGRAM_UNUSABLE
    assert machine.service.calls == []
    assert Shelf(machine.programs).current is None


def test_another_content_under_the_signed_name_is_not_taken(machine: Machine) -> None:
    sha256 = machine.offer(archive(NEW))
    machine.switching.ask(OPERATOR, "nexus")
    place_of(machine.home, PROGRAMS, sha256).write_bytes(archive("9.2.0"))
    outcome = machine.switch()
    assert outcome is not None
    assert outcome.failure == Failure.DOWNLOAD_DAMAGED
    assert machine.service.calls == []


def test_another_publisher_s_signature_is_not_taken(machine: Machine, tmp_path: Path) -> None:
    from tests.distribution.channels import Publisher

    machine.offer(archive(NEW))
    (tmp_path / "other").mkdir()
    machine.root = Publisher(tmp_path / "other").root
    outcome = machine.ask_and_switch()
    assert outcome.failure in (Failure.CHANNEL_FORGED, Failure.CHANNEL_OLD, Failure.CHANNEL_NONE)
    assert machine.service.calls == []


@pytest.mark.parametrize("text", ["", "x" * 64, "../../etc/passwd", "A" * 64, "0" * 200])
def test_a_request_that_is_none_is_forgotten(machine: Machine, text: str) -> None:
    (machine.home / PROGRAMS).mkdir(exist_ok=True)
    (machine.home / PROGRAMS / "switch").write_text(text)
    assert machine.switch() is None
    assert not (machine.home / PROGRAMS / "switch").exists()


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out", "_internal/lib.so.1/out", "a\\..\\out"])
def test_an_archive_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    with pytest.raises(NotAProgramError):
        Shelf(folder).unpack(written(tmp_path, archive(NEW, extra={name: b"out"})), NEW, "a" * 64)
    assert not list(tmp_path.rglob("out"))
    assert Shelf(folder).current is None


def test_the_bundle_s_own_archive_is_a_program(tmp_path: Path) -> None:
    bundle, programs = tmp_path / "bundle", tmp_path / "programs"
    (bundle / "_internal").mkdir(parents=True)
    programs.mkdir()
    (bundle / "nexus").write_text("#!/bin/sh\necho halo\n")
    (bundle / "nexus").chmod(0o755)
    (bundle / "_internal" / "lib.so").write_bytes(b"library")
    (bundle / "_internal" / "lib.so.1").symlink_to("lib.so")
    for out in ("first", "second"):
        bundle_archive.main(["--version", NEW, "--bundle", str(bundle), "--out", str(tmp_path / out)])
    first, second = (tmp_path / out / f"nexus-{NEW}.zip" for out in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
    program = Shelf(programs).unpack(first, NEW, "a" * 64)
    assert (program / "nexus").stat().st_mode & 0o777 == 0o755
    assert (program / "_internal" / "lib.so").stat().st_mode & 0o777 == 0o644
    assert (program / "_internal" / "lib.so.1").is_symlink()
    assert (program / "_internal" / "lib.so.1").read_bytes() == b"library"


def test_only_technicians_may_ask(machine: Machine, person: Callable[..., Caller]) -> None:
    machine.offer(archive(NEW))
    for role in (Role.STUDENT, Role.TEACHER):
        with pytest.raises(NotAllowed):
            machine.switching.ask(person(role), "nexus")
    with pytest.raises(Missing):
        machine.switching.ask(person(Role.ADMIN), "other")
    machine.switching.ask(person(Role.TECHNICIAN), "nexus")


def test_by_itself_it_waits_for_a_calm_half_hour(machine: Machine, person: Callable[..., Caller]) -> None:
    machine.offer(archive(NEW))
    student = person(Role.STUDENT)
    with machine.school.database.write() as session:
        entry = ChatEntry(user_id=student.user_id, subject_id=machine.school.subject, question="?", response="!")
        entry.outcome, entry.confidence, entry.citations = "answered", 0.5, []
        session.add(entry)
    assert not machine.switching.ask_when_calm()
    with machine.school.database.write() as session:
        for row in session.query(ChatEntry):
            row.created_at -= switching_module.CALM
    assert machine.switching.ask_when_calm()
    outcome = machine.switch()
    assert outcome is not None
    assert outcome.failure == ""


def test_where_no_package_is_installed_nothing_is_asked(machine: Machine) -> None:
    machine.offer(archive(NEW))
    elsewhere = Switching(machine.school.database, machine.home, machine.programs / "none", LINUX)
    assert not elsewhere.ask_when_calm()
    with pytest.raises(Missing):
        elsewhere.ask(OPERATOR, "nexus")


def test_the_outcome_of_a_broken_file_is_none(machine: Machine) -> None:
    (machine.programs / "outcome.json").write_text(json.dumps({"x": 1}))
    machine.switching.tell()
