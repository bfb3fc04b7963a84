"""`kill -9` at named and random points of an update: exactly the old or the new version answers, always."""

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.schema import GenerationPack, Pack, Subject
from tests.distribution.channels import Publisher
from tests.distribution.update_child import open_school
from tests.fakes import HashEncoder

KILLS, FULL_KILLS = 10, 200
PAGES = 60
REPAIR_SECONDS = 30.0
ENCODER = HashEncoder("multilingual-e5-small-q4")


@dataclass
class Drill:
    """A school and a channel; each version's pages say which version they are of."""

    root: Path
    publisher: Publisher = field(init=False)
    version: int = 0
    repairs: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.publisher = Publisher(self.root, ("biologi_7",))
        school = open_school(self.home, self.pinned)
        school.subjects.add(OPERATOR, 7, "Biologi")
        asyncio.run(school.close())

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def pinned(self) -> Path:
        return self.publisher.folder / "metadata" / "1.root.json"

    def publish(self) -> None:
        """The next version: every third page is new, the others only say so."""
        self.version += 1
        texts = [f"Hewan {page} edisi {self.version} kata{page % 3 * self.version}." for page in range(PAGES)]
        self.publisher.publish(texts, f"1.{self.version}.0", encoder=ENCODER)

    def look(self, **deadly: float) -> tuple[int, float]:
        """Look in a process of its own; the points it passed and the seconds it took, nothing of both if it died."""
        now = (self.publisher.now + timedelta(hours=1)).isoformat()
        given = {"home": str(self.home), "channel": str(self.publisher.folder), "now": now, **deadly}
        command = [sys.executable, "-m", "tests.distribution.update_child", json.dumps(given)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        points, seconds = done.stdout.split() if done.returncode == 0 else ("0", "0")
        return int(points), float(seconds)

    def answering(self) -> int:
        """The one version that answers after a start without anybody's help, in the time that a start may take."""
        started = time.monotonic()
        school = open_school(self.home, self.pinned)
        self.repairs.append(time.monotonic() - started)
        assert self.repairs[-1] < REPAIR_SECONDS
        (subject,) = school.subjects.list(OPERATOR)
        found = school.library.search(subject.id, "hewan edisi", limit=PAGES).passages
        said = {int(passage.text.split()[3]) for passage in found}
        assert len(said) == 1
        (book,) = school.books.list(OPERATOR, "biologi_7")
        assert book.version == f"1.{min(said)}.0"
        assert (self.home / "books" / "biologi_7" / f"{book.sha256}.pdf").is_file()
        with school.database.read() as session:
            members = session.query(GenerationPack).filter_by(
                generation_id=session.query(Subject).one().active_generation
            )
            active = session.query(Pack).filter_by(state="active").all()
            assert [pack.id for pack in active] == [member.pack_id for member in members]
            assert session.query(Pack).filter(Pack.state.in_(("staging", "staged"))).count() == 0
        asyncio.run(school.close())
        return min(said)


def kill_and_check(root: Path, count: int) -> tuple[Counter[str], list[float]]:
    """Kill an update `count` times; how often the old and the new version answered then, and how long starts took."""
    drill, chance, seen = Drill(root), random.Random(11), Counter[str]()
    drill.publish()
    assert drill.look()[0] > 10
    drill.publish()
    points, seconds = drill.look()
    while seen["named point"] + seen["random moment"] < count:
        before = drill.answering()
        if before == drill.version:
            drill.publish()
        kind = "named point" if seen["named point"] <= seen["random moment"] else "random moment"
        deadly = (
            {"fatal": 1 + chance.randrange(points)} if kind == "named point" else {"after": chance.uniform(0, seconds)}
        )
        died = drill.look(**deadly) == (0, 0)
        after = drill.answering()
        assert after in (before, drill.version)
        seen[kind if died else "lived"] += 1
        seen["new" if after == drill.version else "old"] += 1
        assert seen["lived"] < 2 * count
    drill.look()
    assert drill.answering() == drill.version
    return seen, drill.repairs


@pytest.mark.timeout(600)
def test_kill_at_points_of_an_update(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    seen, repairs = kill_and_check(tmp_path, KILLS)
    record_property("kills", dict(seen))
    assert seen["old"]
    assert max(repairs) < REPAIR_SECONDS


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_kill_at_points_of_an_update_in_full(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    seen, repairs = kill_and_check(tmp_path, FULL_KILLS)
    record_property("kills", dict(seen))
    record_property("longest_start_s", round(max(repairs), 1))
    assert min(seen["named point"], seen["random moment"]) >= FULL_KILLS / 2
    assert min(seen["old"], seen["new"]) > FULL_KILLS / 10
