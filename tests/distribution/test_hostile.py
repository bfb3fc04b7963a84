"""A channel that somebody, or something, has spoiled: refused, or what comes to answer is what was signed."""

import hashlib
import random
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from nexus_appliance.curriculum.pack import read_head, read_pack
from nexus_appliance.distribution.installing import active_pack
from nexus_appliance.errors import NexusError
from nexus_appliance.school.callers import OPERATOR
from tests.distribution.conftest import School

FLIPS, FULL_FLIPS = 150, 2000
STEP = 1 << 16


def texts(version: int, count: int) -> list[str]:
    return [f"Hewan {page} edisi {version if page % 7 == 0 else 0}." for page in range(count)]


class Siege:
    """A school with the version before; each attempt spoils the channel and looks."""

    def __init__(self, school: School, pages: int) -> None:
        self.school = school
        self.pages = pages
        self.version = 0
        self.signed: dict[str, bytes] = {}
        self.outcomes: Counter[str] = Counter()
        self.publish()
        school.look()
        self.publish()

    def publish(self) -> None:
        self.version += 1
        pack = self.school.publisher.publish(texts(self.version, self.pages), f"1.{self.version}.0")
        self.signed[f"1.{self.version}.0"] = read_head(pack)

    def file(self, kind: str) -> Path:
        """What a school reads of the channel for the newest version."""
        folder, number = self.school.publisher.folder, self.version
        packs = folder / "packs" / "biologi_7"
        head = hashlib.sha256(self.signed[f"1.{number}.0"]).hexdigest()
        places = {
            "whole": packs / "hewan" / f"1.{number}.0.vkp",
            "delta": packs / "hewan" / f"1.{number}.0.from-1.{number - 1}.0.vkp",
            "head": packs / f"{head}.hewan.head",
            "timestamp": folder / "metadata" / "timestamp.json",
        }
        return places[kind] if kind in places else max((folder / "metadata").glob(f"*.{kind}.json"), key=_number)

    def attempt(self, file: Path, spoiled: bytes) -> None:
        """Look while `file` holds something else; then check what answers, and mend the file."""
        good = file.read_bytes()
        file.write_bytes(spoiled)
        try:
            outcome = self.school.look()
            self.outcomes["came in" if outcome.installed else "refused" if outcome.failed else "not read"] += 1
        except NexusError as failure:
            self.outcomes[failure.code.value] += 1
        finally:
            file.write_bytes(good)
        self.check()

    def check(self) -> None:
        """One signed version answers, whole; when it is the new one, there is a newer one for the next attempt."""
        with self.school.database.read() as session:
            pack = active_pack(session, self.school.subject, "hewan")
        assert pack is not None
        file = self.school.library.file(pack)
        assert read_head(file) == self.signed[pack.version]
        number = int(pack.version.split(".")[1])
        assert [chunk.text for chunk in read_pack(file).chunks] == texts(number, self.pages)
        assert f"Hewan 7 edisi {number}." in self.school.answers(f"hewan 7 edisi {number}")
        if number == self.version:
            self.publish()


KINDS = ("whole", "delta", "head", "timestamp", "snapshot", "targets", "biologi_7", "root")


def _number(path: Path) -> int:
    return int(path.name.partition(".")[0])


def flip(siege: Siege, count: int) -> None:
    chance = random.Random(5)
    for _ in range(count):
        file = siege.file(chance.choice(KINDS))
        raw = bytearray(file.read_bytes())
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        siege.attempt(file, bytes(raw))


def test_flipped_bits(only_sqlite: School, record_property: Callable[[str, object], None]) -> None:
    siege = Siege(only_sqlite, 20)
    flip(siege, FLIPS)
    record_property("outcomes", dict(siege.outcomes))
    assert siege.outcomes["refused"] + siege.outcomes["channel_forged"] > FLIPS / 4
    only_sqlite.look()
    assert f"Hewan 7 edisi {siege.version}." in only_sqlite.answers(f"hewan 7 edisi {siege.version}")


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_flipped_bits_in_full(only_sqlite: School, record_property: Callable[[str, object], None]) -> None:
    siege = Siege(only_sqlite, 20)
    flip(siege, FULL_FLIPS)
    record_property("outcomes", dict(siege.outcomes))
    assert siege.outcomes["refused"] + siege.outcomes["channel_forged"] > FULL_FLIPS / 4


@pytest.mark.parametrize("kind", KINDS[:-2])
def test_files_that_end_early(only_sqlite: School, kind: str) -> None:
    siege = Siege(only_sqlite, 150)
    if kind == "whole":
        siege.file("delta").unlink()
    length = siege.file(kind).stat().st_size
    for cut in sorted({0, 1, length // 2, length - 1, *range(STEP, length, STEP)}):
        file = siege.file(kind)
        siege.attempt(file, file.read_bytes()[:cut])
    assert siege.outcomes.total() >= 4


@pytest.mark.parametrize("kind", KINDS[:-2])
def test_rubbish_in_place_of_a_file(only_sqlite: School, kind: str) -> None:
    siege = Siege(only_sqlite, 20)
    chance = random.Random(3)
    for rubbish in (b"", b"{}", b"[" * 100_000, chance.randbytes(100_000), zlib.compress(bytes(50_000_000))):
        siege.attempt(siege.file(kind), rubbish)
    assert siege.outcomes.total() == 5


def test_sources_tell_what_was_wrong(only_sqlite: School) -> None:
    siege = Siege(only_sqlite, 20)
    for file in only_sqlite.publisher.folder.rglob(f"1.{siege.version}.0*.vkp"):
        file.write_bytes(file.read_bytes()[:1000])
    assert only_sqlite.look().failed == 1
    (source,) = only_sqlite.updates.sources(OPERATOR, "biologi_7")
    assert (source.failure, source.installed, source.offered) == ("pack_damaged", "1.1.0", "1.2.0")
