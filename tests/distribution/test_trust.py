import os
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root, Targets

from cloud import channel
from cloud.keys import FolderKeys
from cloud.metadata import OFFLINE_LIFE, ONLINE_LIFE, ChannelMetadata
from nexus_appliance.curriculum.pack import read_head
from nexus_appliance.distribution.sources import FolderSource, HttpSource, Source, Unreachable
from nexus_appliance.distribution.trust import CLOCK_SLACK, RELEASED, Trust
from nexus_appliance.errors import Failure, NexusError
from tests.distribution.channels import NOW, Publisher
from tests.distribution.servers import web_server

FOLLOWED = {"biologi_7", "fisika_12"}


class School:
    """A school's side: what it has verified so far, and a look at a channel."""

    def __init__(self, root: Path, pinned: bytes) -> None:
        self.folder = root / "trust"
        self.pinned = pinned

    def look(self, source: Source | Path, now: datetime = NOW + timedelta(hours=1)) -> Trust:
        source = FolderSource(source) if isinstance(source, Path) else source
        trust = Trust(self.folder, self.pinned, source, now)
        trust.refresh(FOLLOWED)
        return trust

    def versions(self, source: Source | Path, now: datetime = NOW + timedelta(hours=1)) -> list[str]:
        return [offer.version for offer in self.look(source, now).offers("biologi_7")]

    def refusal(self, source: Source | Path, now: datetime = NOW + timedelta(hours=1)) -> Failure:
        with pytest.raises(NexusError) as caught:
            self.look(source, now)
        return caught.value.code


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path, ("biologi_7", "fisika_12", "kimia_11"))
    made.publish(["Kucing mengeong.", "Anjing menggonggong."], "1.0.0")
    return made


@pytest.fixture
def school(tmp_path: Path, publisher: Publisher) -> School:
    return School(tmp_path, publisher.root)


def test_what_is_published_is_offered(publisher: Publisher, school: School) -> None:
    pack = publisher.publish(["Kucing mengeong.", "Sapi melenguh."], "1.1.0")
    publisher.publish(["Gaya."], "1.0.0", subject="fisika_12", name="gaya")
    trust = school.look(publisher.folder)
    assert trust.subjects() == ["biologi_7", "fisika_12", "kimia_11"]
    (offer,) = trust.offers("biologi_7")
    assert (offer.subject, offer.name, offer.version, offer.title) == ("biologi_7", "hewan", "1.1.0", "Hewan")
    assert trust.head(offer) == read_head(pack)
    assert [offer.name for offer in trust.offers("fisika_12")] == ["gaya"]
    assert trust.offers("kimia_11") == trust.offers("sejarah_10") == []


def test_nothing_new_costs_two_requests_and_less_than_a_kilobyte(publisher: Publisher, school: School) -> None:
    with web_server(publisher.folder) as url:
        school.look(HttpSource(url))
        source = HttpSource(url)
        assert school.versions(source) == ["1.0.0"]
    assert source.requests == 2
    assert source.received < 1000


def test_only_followed_subjects_are_read(publisher: Publisher, school: School) -> None:
    source = FolderSource(publisher.folder)
    school.look(source)
    assert source.requests == 6  # no next root; timestamp, snapshot, targets; two of three subjects


def test_a_source_that_is_withdrawn(publisher: Publisher, school: School) -> None:
    assert school.versions(publisher.folder) == ["1.0.0"]
    channel.withdraw(publisher.store, publisher.keys, "biologi_7", "hewan", NOW)
    assert school.versions(publisher.folder) == []


def test_an_older_copy_is_refused(publisher: Publisher, school: School, tmp_path: Path) -> None:
    shutil.copytree(publisher.folder, tmp_path / "old")
    publisher.publish(["Kucing."], "1.1.0")
    school.look(publisher.folder)
    assert school.refusal(tmp_path / "old") == Failure.CHANNEL_OLD
    assert school.versions(publisher.folder) == ["1.1.0"]


def test_a_mix_of_two_copies_is_refused(publisher: Publisher, school: School, tmp_path: Path) -> None:
    shutil.copytree(publisher.folder, tmp_path / "mixed")
    publisher.publish(["Kucing."], "1.1.0")
    for file in ("timestamp.json", "6.snapshot.json"):
        name = tmp_path / "mixed" / "metadata" / file
        shutil.copy(publisher.folder / "metadata" / file, name) if (
            publisher.folder / "metadata" / file
        ).exists() else None
    assert school.refusal(tmp_path / "mixed") in (Failure.CHANNEL_FORGED, Failure.CHANNEL_NONE)


def test_another_channel_is_refused(publisher: Publisher, school: School, tmp_path: Path) -> None:
    other = Publisher(tmp_path / "other")
    other.publish(["Kucing."], "9.0.0")
    assert school.refusal(other.folder) == Failure.CHANNEL_FORGED
    school.look(publisher.folder)
    assert school.refusal(other.folder) == Failure.CHANNEL_FORGED


def test_no_channel(publisher: Publisher, school: School, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert school.refusal(tmp_path / "empty") == Failure.CHANNEL_NONE
    assert school.refusal(tmp_path / "missing") == Failure.CHANNEL_UNREACHABLE
    with web_server(publisher.folder) as url:
        source = HttpSource(url)
    assert school.refusal(source) == Failure.CHANNEL_UNREACHABLE


@pytest.mark.parametrize(
    ("now", "failure"),
    [
        (datetime.fromtimestamp(0, tz=NOW.tzinfo), Failure.CLOCK_WRONG),
        (RELEASED - CLOCK_SLACK - timedelta(seconds=1), Failure.CLOCK_WRONG),
        (NOW - timedelta(days=3), Failure.CLOCK_WRONG),
        (NOW + ONLINE_LIFE + timedelta(days=1), Failure.CHANNEL_EXPIRED),
        (NOW + OFFLINE_LIFE + timedelta(days=1), Failure.CHANNEL_EXPIRED),
        (datetime(2040, 1, 1, tzinfo=NOW.tzinfo), Failure.CHANNEL_EXPIRED),
    ],
)
def test_a_clock_that_cannot_be(publisher: Publisher, school: School, now: datetime, failure: Failure) -> None:
    assert school.refusal(publisher.folder, now) == failure
    assert school.versions(publisher.folder) == ["1.0.0"]
    assert school.refusal(publisher.folder, now) == failure
    assert school.versions(publisher.folder) == ["1.0.0"]


def test_a_stick_of_last_year_is_taken_and_renewed(publisher: Publisher, school: School) -> None:
    assert school.versions(publisher.folder, NOW + timedelta(days=400)) == ["1.0.0"]
    later = NOW + timedelta(days=700)
    channel.renew(publisher.store, publisher.keys, later)
    assert school.versions(publisher.folder, later + timedelta(days=700)) == ["1.0.0"]


def test_a_flipped_bit_is_refused_or_changes_nothing(publisher: Publisher, school: School, tmp_path: Path) -> None:
    good = school.look(publisher.folder).offers("biologi_7")
    chance = random.Random(4)
    files = sorted((publisher.folder / "metadata").iterdir())
    for number in range(200):
        fresh = School(tmp_path / str(number), publisher.root)
        file = files[number % len(files)]
        content = bytearray(file.read_bytes())
        kept = bytes(content)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        file.write_bytes(content)
        try:
            assert fresh.look(publisher.folder).offers("biologi_7") == good
        except NexusError as failure:
            assert failure.code in (Failure.CHANNEL_FORGED, Failure.CHANNEL_EXPIRED, Failure.CHANNEL_OLD)
        finally:
            file.write_bytes(kept)


def test_a_head_of_other_bytes_is_refused(publisher: Publisher, school: School) -> None:
    trust = school.look(publisher.folder)
    (offer,) = trust.offers("biologi_7")
    (file,) = (publisher.folder / "packs" / "biologi_7").glob("*.head")
    good = file.read_bytes()
    for wrong in (good[:-1], good + b"\0", b"\0" * len(good), b""):
        file.write_bytes(wrong)
        with pytest.raises(NexusError) as caught:
            trust.head(offer)
        assert caught.value.code == Failure.CHANNEL_FORGED
    file.unlink()
    with pytest.raises(NexusError) as caught:
        trust.head(offer)
    assert caught.value.code == Failure.CHANNEL_NONE


class Endless(FolderSource):
    """A folder in which one file has no end."""

    def __init__(self, root: Path, name: str) -> None:
        super().__init__(root)
        self._name = name

    def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        if path.endswith(self._name):
            for _ in range(length // 65536 + 1):
                self.received += 65536
                yield b" " * 65536
        else:
            yield from super().range(path, offset, length)


@pytest.mark.parametrize("name", ["2.root.json", "timestamp.json", "snapshot.json", "targets.json", "biologi_7.json"])
def test_an_endless_file_ends(publisher: Publisher, school: School, name: str) -> None:
    source = Endless(publisher.folder, name)
    assert school.refusal(source) == Failure.CHANNEL_FORGED
    assert source.received < 6_000_000


def rename_target(publisher: Publisher, path: str, subject: str = "biologi_7") -> None:
    """Sign a target of any path, as somebody with the online key could."""
    metadata = ChannelMetadata.load(publisher.store)
    assert metadata is not None
    (head,) = metadata.targets_of("biologi_7").values()
    head.path = path
    metadata.set_target(subject, path, head, publisher.now)
    metadata.save(publisher.store, publisher.keys, publisher.now)


@pytest.mark.parametrize(
    "path",
    [
        "packs/biologi_7/../fisika_12/x.head",
        "packs/biologi_7/..head",
        "/etc/passwd",
        "C:/x.head",
        "packs/biologi_7/con.head",
        "packs/biologi_7/x.head:y",
        "packs/biologi_7/X.head",
        "packs/fisika_12/x.head",
        "packs/biologi_7/a/b.head",
        "packs/biologi_7/x.exe",
        "x.head",
    ],
)
def test_a_target_with_another_path_is_no_offer(publisher: Publisher, school: School, path: str) -> None:
    rename_target(publisher, path)
    trust = school.look(publisher.folder)
    assert [offer.name for offer in trust.offers("biologi_7")] == ["hewan"]
    assert trust.offers("fisika_12") == []


@pytest.mark.parametrize("digest", ["", "../../x", "A" * 64, "0" * 63])
def test_a_target_without_a_proper_hash_is_no_offer(publisher: Publisher, school: School, digest: str) -> None:
    metadata = ChannelMetadata.load(publisher.store)
    assert metadata is not None
    ((path, head),) = metadata.targets_of("biologi_7").items()
    head.hashes = {"sha256": digest} if digest else {"sha512": "0" * 128}
    metadata.set_target("biologi_7", path, head, publisher.now)
    metadata.save(publisher.store, publisher.keys, publisher.now)
    assert school.look(publisher.folder).offers("biologi_7") == []


def test_a_subject_speaks_only_for_itself(publisher: Publisher, school: School) -> None:
    rename_target(publisher, "packs/biologi_7/gaya.head", "fisika_12")
    assert school.look(publisher.folder).offers("fisika_12") == []


def rotated(publisher: Publisher, keys: FolderKeys, *signers: FolderKeys, online: bool = False) -> None:
    """Publish a second root with the root key of `keys`, or its online key too, signed by these root keys."""
    raw = (publisher.folder / "metadata" / "1.root.json").read_bytes()
    root: Metadata[Root] = Metadata.from_bytes(raw)
    root.signed.version = 2
    for role in ("root", "timestamp", "snapshot") if online else ("root",):
        for keyid in list(root.signed.roles[role].keyids):
            root.signed.revoke_key(keyid, role)
        root.signed.add_key(keys.signer("root" if role == "root" else "online").public_key, role)
    root.signatures.clear()
    for signer in signers:
        root.sign(signer.signer("root"), append=True)
    (publisher.folder / "metadata" / "2.root.json").write_bytes(root.to_bytes())


def test_keys_can_be_changed_by_both_roots_only(publisher: Publisher, school: School, tmp_path: Path) -> None:
    school.look(publisher.folder)
    fresh = FolderKeys(tmp_path / "fresh")
    fresh.generate()
    for signers in ([fresh], [publisher.keys], []):
        rotated(publisher, fresh, *signers)
        assert school.refusal(publisher.folder) == Failure.CHANNEL_FORGED
    rotated(publisher, fresh, publisher.keys, fresh)
    publisher.publish(["Kucing."], "1.1.0")
    assert school.versions(publisher.folder) == ["1.1.0"]
    (publisher.folder / "metadata" / "2.root.json").unlink()  # a copy without the new root still leads on
    assert school.versions(publisher.folder) == ["1.1.0"]


def test_a_key_that_was_taken_back_signs_nothing(publisher: Publisher, school: School, tmp_path: Path) -> None:
    school.look(publisher.folder)
    fresh = FolderKeys(tmp_path / "fresh")
    fresh.generate()
    rotated(publisher, fresh, publisher.keys, fresh, online=True)
    assert school.refusal(publisher.folder) == Failure.CHANNEL_FORGED


def each_cut(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Patches that let the n-th write, fsync or rename fail, for each n in turn."""
    real = {name: getattr(os, name) for name in ("fsync", "rename", "replace")}
    for fatal in range(1, 40):
        done = [0]

        def cut(name: str) -> Callable[..., object]:
            def call(*arguments: object, **named: object) -> object:
                done[0] += 1  # noqa: B023 - one list for each round
                if done[0] == fatal:  # noqa: B023
                    raise OSError(5, "Input/output error")
                return real[name](*arguments, **named)

            return call

        def arm() -> None:
            for name in real:
                monkeypatch.setattr(os, name, cut(name))

        yield arm
        monkeypatch.undo()


def test_a_cut_at_any_moment_leaves_the_old_state_or_the_new(
    publisher: Publisher, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert school.versions(publisher.folder) == ["1.0.0"]
    publisher.publish(["Kucing."], "1.1.0")
    failed = 0
    for arm in each_cut(monkeypatch):
        arm()
        try:
            school.look(publisher.folder)
        except OSError:
            failed += 1
        else:
            break
        monkeypatch.undo()
    assert failed > 3
    monkeypatch.undo()
    assert school.versions(publisher.folder) == ["1.1.0"]
    assert school.versions(publisher.folder) == ["1.1.0"]


def test_a_spoiled_state_heals(publisher: Publisher, school: School) -> None:
    school.look(publisher.folder)
    for file in school.folder.rglob("*.json"):
        file.write_bytes(b"{")
    assert school.versions(publisher.folder) == ["1.0.0"]


def test_the_line_breaks(publisher: Publisher, school: School) -> None:
    class Broken(FolderSource):
        def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
            if "snapshot" in path:
                raise Unreachable
            return super().range(path, offset, length)

    assert school.refusal(Broken(publisher.folder)) == Failure.CHANNEL_UNREACHABLE


def test_the_metadata_says_only_what_is_needed(publisher: Publisher) -> None:
    targets: Metadata[Targets] = Metadata.from_bytes((publisher.folder / "metadata" / "4.targets.json").read_bytes())
    assert targets.signed.targets == {}
