"""A snapshot holds everything, says when it is damaged, and comes back whole wherever the power is cut."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_appliance.errors import Invalid, Unavailable
from nexus_appliance.storage import snapshots
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.home import Home
from nexus_appliance.storage.migrate import upgrade
from nexus_appliance.storage.restoring import LEFT_OUT, MARK, begin_restoring, complete_restoring
from nexus_appliance.storage.snapshots import KEPT, restore, take, verify
from tests.conftest import NewUrl
from tests.storage.rows import fill

FILES = {
    "books/x/aa.pdf": b"%PDF",
    "vectors/chroma/a.bin": b"\0" * 999,
    "packs/p.vkp": b"pack",
    "nexus.toml": b"port = 1\n",
}
LEFT = {"models/m.gguf": b"model", "logs/nexus.log": b"line", "staging/half": b"half"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An owned data folder with a database, files of the school's and files that are not."""
    owner = Home(tmp_path / "home")
    put(owner.path, FILES | LEFT)
    with_database(owner.path)
    yield owner.path
    owner.close()


def put(home: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)


def with_database(home: Path, url: str = "") -> Database:
    database = Database(url or f"sqlite:///{home / 'nexus.sqlite'}")
    upgrade(database)
    fill(database)
    database.close()
    return database


def contents(home: Path) -> dict[str, bytes]:
    """All of the data, as a restored folder must show them; a database by its rows."""
    found = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in found.items()
        if name.split("/")[0] not in LEFT_OUT and not name.startswith("nexus.sqlite")
    }


def usernames(home: Path) -> list[str]:
    database = Database(f"sqlite:///{home / 'nexus.sqlite'}")
    with database.read() as session:
        found = [row[0] for row in session.connection().exec_driver_sql("SELECT username FROM users ORDER BY id")]
    database.close()
    return found


def spoil(home: Path) -> None:
    """What an upgrade may do to a school."""
    put(home, {"nexus.toml": b"port = 2\n", "vectors/new.bin": b"new", "later.txt": b"later"})
    shutil.rmtree(home / "packs")
    database = Database(f"sqlite:///{home / 'nexus.sqlite'}")
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE users SET username = username || '-x'")
    database.close()


def taken(home: Path) -> str:
    database = Database(f"sqlite:///{home / 'nexus.sqlite'}")
    try:
        return take(home, database).name
    finally:
        database.close()


def test_a_snapshot_brings_everything_back(home: Path) -> None:
    before, names = contents(home), usernames(home)
    name = taken(home)
    spoil(home)
    restore(home, name)
    assert contents(home) == before
    assert usernames(home) == names
    assert {place: (home / place).read_bytes() for place in LEFT} == LEFT
    assert (home / "copies" / "replaced" / "later.txt").read_bytes() == b"later"


def test_what_is_not_of_the_school_is_not_copied(home: Path) -> None:
    folder = home / "copies" / taken(home)
    assert set(contents(folder)) == {*FILES, "snapshot.json"}
    assert folder.stat().st_mode & 0o077 == 0


def test_the_last_ones_are_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for number in range(KEPT + 2):
        monkeypatch.setattr(snapshots, "__version__", f"1.0.{number}")
        made.append(taken(home))
    assert [one.name for one in snapshots.snapshots(home)] == made[: -KEPT - 1 : -1]


@pytest.mark.parametrize("name", ["books/x/aa.pdf", "vectors/chroma/a.bin", "nexus.sqlite", "snapshot.json"])
def test_a_damaged_one_is_not_used(home: Path, name: str) -> None:
    made = taken(home)
    before = contents(home)
    path = home / "copies" / made / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)
    with pytest.raises(Invalid, match="snapshot_damaged"):
        restore(home, made)
    assert contents(home) == before


@pytest.mark.parametrize("name", ["", "..", "gibt-es-nicht", "../home", "replaced"])
def test_an_unknown_one(home: Path, name: str) -> None:
    taken(home)
    with pytest.raises(Invalid, match="snapshot_unknown"):
        restore(home, name)


def test_a_full_disk_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as small:
        small.setattr(snapshots, "SPARE", 2**60)
        with pytest.raises(Unavailable, match="disk_full"):
            taken(home)
    monkeypatch.setattr(snapshots, "copy_durably", full)
    with pytest.raises(Unavailable, match="disk_full"):
        taken(home)
    assert [*(home / "copies").iterdir()] == []


def test_the_rows_of_a_postgresql_come_along(home: Path, new_url: NewUrl) -> None:
    (home / "nexus.sqlite").unlink()
    database = with_database(home, new_url())
    made = take(home, database).name
    if not database.is_sqlite:
        restore(home, made)
        assert usernames(home) == ["username-1 é", "username-2 é", "username-3 é"]
    database.close()


class Cut(BaseException):
    """The power is gone."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(steps=st.integers(0, 14), again=st.integers(0, 14))
def test_power_cuts_while_restoring(tmp_path_factory: pytest.TempPathFactory, steps: int, again: int) -> None:
    home = tmp_path_factory.mktemp("cut")
    put(home, FILES | LEFT)
    folder = home / "copies" / "then"
    put(folder, {**FILES, "nexus.toml": b"then", "only/then": b"1"})
    wanted = contents(folder)
    begin_restoring(home, folder, list(wanted))
    for allowed in (steps, again):
        with pytest.MonkeyPatch.context() as patch:
            limit(patch, allowed)
            try:
                complete_restoring(home)
            except Cut:
                continue
    complete_restoring(home)
    assert contents(home) == wanted
    assert not (home / MARK).exists()


def limit(patch: pytest.MonkeyPatch, allowed: int) -> None:
    """Only so many files change their names or go, then comes a `Cut`."""
    left = [allowed]

    def counted(method: Any) -> Any:
        def call(path: Path, *arguments: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise Cut
            return method(path, *arguments, **options)

        return call

    for name in ("rename", "unlink", "rmdir"):
        patch.setattr(Path, name, counted(getattr(Path, name)))


def test_whoever_opens_the_folder_finishes(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    put(other, FILES)
    put(tmp_path / "source", {"nexus.toml": b"then"})
    begin_restoring(other, tmp_path / "source", ["nexus.toml"])
    Home(other).close()
    assert contents(other) == {"nexus.toml": b"then"}


def test_the_manifest_names_every_file(home: Path) -> None:
    folder = home / "copies" / taken(home)
    told = json.loads((folder / "snapshot.json").read_text("utf-8"))
    assert set(told["files"]) == {*FILES, "nexus.sqlite"}
    verify(folder)


def test_a_copy_that_is_not_as_its_source_is_no_snapshot(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes()[:-1] + b"?")

    monkeypatch.setattr(snapshots, "copy_durably", careless)
    with pytest.raises(Invalid, match="snapshot_damaged"):
        taken(home)
    assert [*(home / "copies").iterdir()] == []


@pytest.mark.parametrize("text", ["", "[]", "{}", "null"])
def test_a_damaged_manifest_hides_no_other_snapshot(home: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    made = taken(home)
    (home / "copies" / made / "snapshot.json").write_text(text)
    monkeypatch.setattr(snapshots, "__version__", "9.9.9")
    another = taken(home)
    assert [one.name for one in snapshots.snapshots(home)] == [another]
    with pytest.raises(Invalid, match="snapshot_damaged"):
        restore(home, made)


def test_a_database_that_cannot_be_read_is_told(home: Path) -> None:
    database = Database(f"sqlite:///{home / 'nexus.sqlite'}")
    (home / "vectors" / "chroma.sqlite3").write_bytes(b"not a database" * 999)
    with pytest.raises(Unavailable, match="database_gone"):
        take(home, database)
    database.close()
    assert [*(home / "copies").iterdir()] == []
