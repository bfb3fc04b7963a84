"""Models and programs of a channel: wanted, downloaded, verified, taken from neighbours, ready to change to."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cloud import channel
from cloud.channel import NotNewerError, Published
from nexus_appliance.config import Config
from nexus_appliance.curriculum.channel import MODELS, PROGRAMS, signed_path
from nexus_appliance.distribution import files
from nexus_appliance.distribution.files import Computer, place_of
from nexus_appliance.distribution.neighbour import Neighbour
from nexus_appliance.distribution.releases import Releases
from nexus_appliance.distribution.sources import FolderSource, Unreachable
from nexus_appliance.distribution.switching import Switching
from nexus_appliance.errors import Failure, NexusError, Unavailable
from nexus_appliance.inference import brought, catalogue
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.storage.schema import Notice
from tests.distribution.conftest import School

GGUF = b"GGUF" + os.urandom(300_000)
ABOUT = {"licence": "Apache-2.0", "template": "chatml", "context": 4096}


def publish(school: School, kind: str = MODELS, **values: Any) -> str:
    """Offer a file; its sha256."""
    content = values.pop("content", GGUF)
    given = {"name": "qwen-2b", "version": "1.0.0", "title": "Qwen 2B", "about": ABOUT, **values}
    file = school.publisher.folder.parent / "file"
    file.write_bytes(content)
    channel.publish_file(
        school.publisher.store, school.publisher.keys, Published(kind, content=file, **given), school.publisher.now
    )
    return hashlib.sha256(content).hexdigest()


def releases(school: School) -> Releases:
    return Releases(school.database, school.following, school.config.home, switching(school))


def switching(school: School) -> Switching:
    return Switching(school.database, school.config.home, school.config.home / "no-such-folder")


def want(school: School, kind: str = MODELS, name: str = "qwen-2b") -> None:
    releases(school).want(OPERATOR, kind, name)


def test_a_model_is_offered_and_comes_when_somebody_wants_it(school: School, person: Callable[..., Caller]) -> None:
    person(Role.TECHNICIAN)
    person(Role.TEACHER)
    sha256 = publish(school)
    assert school.look().files == 0
    (view,) = releases(school).list(OPERATOR)
    assert (view.title, view.version, view.size, view.here, view.wanted) == (
        "Qwen 2B",
        "1.0.0",
        len(GGUF),
        False,
        False,
    )
    want(school)
    assert school.look().files == 1
    (view,) = releases(school).list(OPERATOR)
    assert (view.here, view.wanted, view.failure) == (True, False, None)
    assert place_of(school.config.home, MODELS, sha256).read_bytes() == GGUF
    with school.database.read() as session:
        (notice,) = session.query(Notice).all()
        assert (notice.kind, notice.payload) == ("model_ready", {"title": "Qwen 2B", "version": "1.0.0"})
    assert school.look().files == 0


def test_the_catalogue_knows_what_came(school: School) -> None:
    sha256 = publish(school)
    school.look()
    want(school)
    school.look()
    model = catalogue.known(school.config)["qwen-2b 1.0.0"]
    assert (model.sha256, model.size, model.template, model.context) == (sha256, len(GGUF), "chatml", 4096)
    catalogue.verify(catalogue.place_of(school.config, model), model.sha256)


def test_nothing_new_costs_no_request_more(school: School) -> None:
    publish(school)
    school.look()
    source = FolderSource(school.publisher.folder)
    school.look(source)
    assert source.requests == 2


class Breaking(FolderSource):
    """Breaks off after some bytes of what is not metadata."""

    def __init__(self, root: Path, after: int) -> None:
        super().__init__(root)
        self.after = after
        self.offsets: list[int] = []

    def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        if path.startswith("metadata/"):
            yield from super().range(path, offset, length)
            return
        self.offsets.append(offset)
        came = 0
        for block in super().range(path, offset, length):
            came += len(block)
            if came > self.after:
                raise Unreachable
            yield block


def test_a_download_that_breaks_off_goes_on_where_it_was_sure(
    only_sqlite: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = only_sqlite
    monkeypatch.setattr(files, "DURABLE", 1 << 16)
    sha256 = publish(school)
    school.look()
    want(school)
    with pytest.raises(Unavailable) as cut:
        school.look(Breaking(school.publisher.folder, 150_000))
    assert cut.value.code == Failure.CHANNEL_UNREACHABLE
    assert not place_of(school.config.home, MODELS, sha256).exists()
    going_on = Breaking(school.publisher.folder, 1 << 30)
    assert school.look(going_on).files == 1
    assert going_on.offsets == [1 << 17]
    assert place_of(school.config.home, MODELS, sha256).read_bytes() == GGUF
    assert not list((school.config.home / "downloads").iterdir())


def test_a_tail_that_a_power_cut_spoiled_is_fetched_again(only_sqlite: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school = only_sqlite
    monkeypatch.setattr(files, "DURABLE", 1 << 16)
    sha256 = publish(school)
    school.look()
    want(school)
    (school.config.home / "downloads").mkdir(exist_ok=True)
    torn = GGUF[: 1 << 16] + bytes(50_000)
    (school.config.home / "downloads" / f"{sha256}.file").write_bytes(torn)
    assert school.look().files == 1
    assert place_of(school.config.home, MODELS, sha256).read_bytes() == GGUF


@pytest.mark.parametrize("spoil", [lambda raw: raw[:-9], lambda raw: raw[:-1] + b"!", lambda _raw: b""])
def test_what_is_not_what_was_signed_is_thrown_away(school: School, spoil: Any) -> None:
    sha256 = publish(school)
    school.look()
    want(school)
    served = school.publisher.folder / signed_path("models/qwen-2b.gguf", sha256)
    served.write_bytes(spoil(GGUF))
    assert (school.look().files, school.look().failed) == (0, 1)
    (view,) = releases(school).list(OPERATOR)
    assert (view.failure, view.here) == (Failure.DOWNLOAD_DAMAGED, False)
    assert not brought.brought(school.config.home / "models")
    assert school.look(eager=False).failed == 0  # not every hour: a model is large
    served.write_bytes(GGUF)
    want(school)
    assert school.look(eager=False).files == 1


@pytest.mark.parametrize(
    "about", [{**ABOUT, "template": "none of ours"}, {**ABOUT, "context": "many"}, {**ABOUT, "context": 1}, {}]
)
def test_a_model_that_this_program_cannot_run_is_not_downloaded(school: School, about: dict[str, Any]) -> None:
    publish(school, about=about)
    school.look()
    want(school)
    source = FolderSource(school.publisher.folder)
    assert school.look(source).failed == 1
    assert source.received < 10_000
    assert releases(school).list(OPERATOR)[0].failure == Failure.MODEL_UNUSABLE


def test_a_program_comes_by_itself_if_it_is_newer_and_for_this_machine(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nexus_appliance.__version__", "1.4.0")
    here = Computer.this()
    mine = {"system": here.system, "machine": here.machine}
    publish(school, PROGRAMS, name="old", version="1.4.0", about=mine, content=b"old")
    publish(school, PROGRAMS, name="other", version="2.0.0", about={**mine, "system": "amiga"}, content=b"other")
    sha256 = publish(school, PROGRAMS, name="new", version="1.10.0", about=mine, content=b"new")
    assert school.look(eager=False).files == 1
    assert place_of(school.config.home, PROGRAMS, sha256).read_bytes() == b"new"
    later = publish(school, PROGRAMS, name="new", version="1.11.0", about=mine, content=b"later")
    assert school.look().files == 1
    assert [file.stem for file in (school.config.home / PROGRAMS).iterdir()] == [later]


def test_what_is_offered_no_more_is_not_listed(school: School) -> None:
    publish(school)
    school.look()
    channel.withdraw(school.publisher.store, school.publisher.keys, MODELS, "qwen-2b", school.publisher.now)
    school.look()
    assert releases(school).list(OPERATOR) == []
    with pytest.raises(NexusError) as gone:
        want(school)
    assert gone.value.code == Failure.FILE_MISSING


def test_versions_only_go_up(only_sqlite: School) -> None:
    publish(only_sqlite, version="1.2.0")
    with pytest.raises(NotNewerError):
        publish(only_sqlite, version="1.2.0")
    assert channel.offered(only_sqlite.publisher.store)[MODELS] == {"qwen-2b": "1.2.0"}


def test_no_subject_takes_the_name_of_a_kind_of_files(only_sqlite: School) -> None:
    with pytest.raises(ValueError, match="not a name"):
        channel.add_subject(only_sqlite.publisher.store, only_sqlite.publisher.keys, MODELS, only_sqlite.publisher.now)


def test_a_full_disk_leaves_nothing_behind(only_sqlite: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school = only_sqlite
    publish(school)
    school.look()
    want(school)
    with monkeypatch.context() as patch:
        patch.setattr("nexus_appliance.knowledge.packs.RESERVE", 1 << 60)
        with pytest.raises(Unavailable) as full:
            school.look()
    assert full.value.code == Failure.DISK_FULL
    assert school.look().files == 1


def test_a_neighbour_gets_it_from_this_school(school: School) -> None:
    sha256 = publish(school)
    school.look()
    path = signed_path("models/qwen-2b.gguf", sha256)
    config = Config(home=school.config.home, channel_serve=1)
    neighbour = Neighbour(config, school.database, school.library)
    assert neighbour.file(path) is None
    want(school)
    school.look()
    assert neighbour.file(path) == place_of(school.config.home, MODELS, sha256)
    assert neighbour.file("models/../../nexus.sqlite") is None
    assert Neighbour(Config(home=school.config.home), school.database, school.library).file(path) is None
