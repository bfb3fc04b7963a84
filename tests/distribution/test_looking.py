import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from tuf.api.metadata import TargetFile

from cloud import channel
from cloud.metadata import ChannelMetadata
from nexus_appliance.curriculum.channel import signed_path
from nexus_appliance.curriculum.encoder import FloatArray
from nexus_appliance.curriculum.pack import read_head, read_manifest, write_pdf
from nexus_appliance.distribution.sources import FolderSource, HttpSource, Unreachable
from nexus_appliance.errors import Failure, Invalid, NexusError, Unavailable
from nexus_appliance.knowledge.packs import describe
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage import generations
from nexus_appliance.storage.home import stored_pdf
from nexus_appliance.storage.schema import Book, ChannelCheck, Notice, Pack, TeacherSubject, User, utc_now
from tests.distribution.channels import pdf_of, write_book
from tests.distribution.conftest import School
from tests.distribution.servers import web_server
from tests.fakes import HashEncoder

CAT, DOG, COW = "Kucing mengeong keras.", "Anjing menggonggong keras.", "Sapi melenguh keras."


def books(school: School) -> list[tuple[str, str]]:
    """Title and version of the books that are listed."""
    with school.database.read() as session:
        rows = session.scalars(select(Book).where(Book.removed_at.is_(None)).order_by(Book.id))
        return [(book.title, book.vkp_version) for book in rows]


def test_a_first_pack_answers_and_its_pages_can_be_shown(school: School) -> None:
    school.publisher.publish([CAT, DOG], "1.0.0")
    outcome = school.look()
    assert (outcome.installed, outcome.failed) == (1, 0)
    assert outcome.received > 0
    assert school.answers("kucing")[0] == CAT
    assert books(school) == [("Hewan", "1.0.0")]
    pdf = pdf_of([CAT, DOG])
    stored = list((school.config.home / "books" / "biologi_7").iterdir())
    assert [path.read_bytes() for path in stored] == [pdf]
    assert list((school.config.home / "staging").iterdir()) == []
    assert list((school.config.home / "downloads").iterdir()) == []


def test_the_next_version_takes_its_place(school: School) -> None:
    school.publisher.publish([CAT, DOG], "1.0.0")
    school.look()
    school.publisher.publish([CAT, COW], "1.1.0")
    assert school.look().installed == 1
    assert set(school.answers("keras")) == {CAT, COW}
    assert books(school) == [("Hewan", "1.1.0")]
    assert school.look().installed == 0


def test_nothing_new_over_http_costs_two_requests(school: School) -> None:
    school.publisher.publish([CAT, DOG], "1.0.0")
    with web_server(school.publisher.folder) as url:
        school.look(HttpSource(url))
        source = HttpSource(url)
        outcome = school.look(source)
    assert (outcome.installed, source.requests) == (0, 2)
    assert source.received < 1000


def test_teachers_are_told(school: School) -> None:
    with school.database.write() as session:
        people = [
            User(username=name, password_hash="", role=role, full_name=name)
            for name, role in (("guru", "teacher"), ("lain", "teacher"), ("admin", "admin"))
        ]
        session.add_all(people)
        session.flush()
        session.add(TeacherSubject(user_id=people[0].id, subject_id=school.subject))
    school.publisher.publish([CAT, DOG], "1.0.0")
    school.look()
    school.publisher.publish([CAT, COW, "Kambing mengembik."], "1.2.0")
    school.look()
    with school.database.read() as session:
        notices = list(session.scalars(select(Notice).order_by(Notice.id)))
    assert {notice.user_id for notice in notices} == {people[0].id}
    assert notices[-1].kind == "pack_updated"
    assert notices[-1].payload == {
        "subject": "Biologi 7",
        "title": "Hewan",
        "version": "1.2.0",
        "added": 2,
        "removed": 1,
    }


def test_without_teachers_the_administrators_are_told(school: School) -> None:
    with school.database.write() as session:
        session.add(User(username="admin", password_hash="", role="admin", full_name="Admin"))
    school.publisher.publish([CAT], "1.0.0")
    school.look()
    with school.database.read() as session:
        assert [notice.kind for notice in session.scalars(select(Notice))] == ["pack_updated"]


def test_a_channel_drops_no_local_book_but_that_of_the_same_pdf(school: School, tmp_path: Path) -> None:
    same = write_book(tmp_path / "same.vkp", [CAT, DOG], "1.0.0", name="")
    other = write_book(tmp_path / "other.vkp", [COW], "1.0.0", name="")
    for file, digest in ((same, "a"), (other, "b")):
        import_local(school, file, digest)
    assert len(books(school)) == 2
    school.publisher.publish([CAT, DOG], "2.0.0")
    school.look()
    assert books(school) == [("Hewan", "2.0.0"), ("Hewan", "1.0.0")]
    assert sorted(school.answers("keras")) == sorted([CAT, DOG, COW])
    with school.database.read() as session:
        _, active = generations.active_packs(session, school.subject)
        assert sorted(pack.source.partition(":")[0] for pack in active) == ["book", "channel"]


def import_local(school: School, file: Path, digest: str) -> None:
    """Bring a pack in as a book of the school's own."""
    manifest = read_manifest(file)
    pack_id = school.library.stage(file, school.subject, generations.book_source(manifest.source_sha256))
    with school.database.write() as session:
        generations.activate(session, pack_id, describe(manifest))


def test_other_subjects_than_the_schools_own_are_left_alone(school: School) -> None:
    school.publisher.publish(["Gaya."], "1.0.0", subject="fisika_12", name="gaya")
    assert school.look().installed == 0
    assert books(school) == []


def test_one_source_that_fails_stops_no_other(school: School) -> None:
    school.publisher.publish([CAT], "1.0.0", name="a")
    school.publisher.publish([DOG], "1.0.0", name="b")
    broken = school.publisher.folder / "packs" / "biologi_7" / "a" / "1.0.0.vkp"
    broken.write_bytes(broken.read_bytes()[:-40])
    outcome = school.look()
    assert (outcome.installed, outcome.failed) == (1, 1)
    assert school.answers("keras") == [DOG]
    (failed, fine) = school.updates.sources(OPERATOR, "biologi_7")
    assert (failed.name, failed.failure, failed.installed) == ("a", Failure.PACK_DAMAGED, None)
    assert (fine.name, fine.failure, fine.installed) == ("b", None, "1.0.0")
    assert school.look(eager=False).failed == 0  # a damaged pack is not downloaded again every hour
    assert school.look().failed == 1


def test_a_pack_for_another_encoder_answers_by_words_until_it_has_vectors_of_ours(school: School) -> None:
    school.publisher.publish([CAT], "1.0.0", encoder=HashEncoder("other"))
    assert (school.look().installed, school.look().installed) == (1, 0)
    assert school.answers("kucing") == [CAT]
    assert school.library.search(school.subject, "kucing").by_words
    while school.library.reencode():
        pass
    assert not school.library.search(school.subject, "kucing").by_words
    assert school.look().installed == 0  # what is signed lies here as it was, also after that
    school.publisher.publish([CAT, DOG], "1.1.0", encoder=HashEncoder("other"))
    assert school.look().installed == 1
    assert school.answers("anjing")


class Tilted(HashEncoder):
    """An encoder of the same name and weights whose vectors lie a little aside, as another build might make them."""

    def passages(self, texts: Sequence[str]) -> FloatArray:
        vectors: FloatArray = super().passages(texts) + np.float32(0.02)
        lengths: FloatArray = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths)


def test_the_vectors_of_an_encoder_that_only_says_it_is_ours_are_not_used(school: School) -> None:
    school.publisher.publish([CAT], "1.0.0", encoder=Tilted())
    assert school.look().installed == 1
    assert school.answers("kucing") == [CAT]
    assert school.library.search(school.subject, "kucing").by_words
    while school.library.reencode():
        pass
    assert not school.library.search(school.subject, "kucing").by_words


def test_a_head_of_another_pack_is_forged(school: School, tmp_path: Path) -> None:
    """Whoever holds the online key cannot put one source's pack under the name of another."""
    school.publisher.publish([CAT], "1.0.0")
    wrong = write_book(tmp_path / "x.vkp", [DOG], "1.1.0", name="lain")

    path = "packs/biologi_7/hewan.head"
    head = TargetFile.from_data(path, read_head(wrong), ["sha256"])
    head.unrecognized_fields["custom"] = {"version": "1.1.0", "title": "Hewan"}
    publisher = school.publisher
    metadata = ChannelMetadata.load(publisher.store)
    assert metadata is not None
    metadata.set_target("biologi_7", path, head, publisher.now)
    metadata.save(publisher.store, publisher.keys, publisher.now)
    publisher.store.write(signed_path(path, head.hashes["sha256"]), read_head(wrong))
    publisher.store.write("packs/biologi_7/hewan/1.1.0.vkp", wrong)
    assert channel.offered(publisher.store)["biologi_7"] == {"hewan": "1.1.0"}
    assert school.look().failed == 1
    (source,) = school.updates.sources(OPERATOR, "biologi_7")
    assert source.failure == Failure.CHANNEL_FORGED


def checks(school: School) -> list[ChannelCheck]:
    with school.database.read() as session:
        return list(session.scalars(select(ChannelCheck).order_by(ChannelCheck.id)))


def test_each_look_is_written_down(school: School, tmp_path: Path) -> None:
    school.publisher.publish([CAT], "1.0.0")
    school.look()
    with pytest.raises(NexusError):
        school.look(FolderSource(tmp_path / "gone"))
    one, two = checks(school)
    assert (one.installed, one.failure, one.ended_at is not None) == (1, None, True)
    assert one.received > 1000
    assert (two.installed, two.failure, two.ended_at is not None) == (0, Failure.CHANNEL_UNREACHABLE, True)


def test_a_line_that_breaks_ends_the_look_and_the_next_goes_on(school: School) -> None:
    class Broken(FolderSource):
        def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
            for block in super().range(path, offset, length):
                yield block
                if path.endswith(".vkp"):
                    raise Unreachable

    school.publisher.publish([f"Hewan {n} keras." for n in range(100)], "1.0.0")
    with pytest.raises(Unavailable) as caught:
        school.look(Broken(school.publisher.folder))
    assert caught.value.code == Failure.CHANNEL_UNREACHABLE
    assert school.answers("hewan") == []
    size = (school.publisher.folder / "packs/biologi_7/hewan/1.0.0.vkp").stat().st_size
    assert school.look().received < size - 60_000
    assert len(school.answers("hewan")) > 1


def test_a_look_can_be_stopped(school: School) -> None:
    def stop() -> None:
        raise Unavailable(Failure.UPDATE_STOPPED)

    school.publisher.publish([CAT], "1.0.0")
    with pytest.raises(Unavailable):
        school.look(stop=stop)
    assert school.answers("kucing") == []
    assert checks(school)[-1].failure == Failure.UPDATE_STOPPED
    assert school.look().installed == 1


def test_a_version_can_be_taken_back_and_stays_away(school: School) -> None:
    school.publisher.publish([CAT, DOG], "1.0.0")
    school.look()
    school.publisher.publish([CAT, COW], "1.1.0")
    school.look()
    assert school.updates.roll_back(OPERATOR, "biologi_7", "hewan") == "1.0.0"
    assert set(school.answers("keras")) == {CAT, DOG}
    assert books(school) == [("Hewan", "1.0.0")]
    assert school.look().installed == 0
    (source,) = school.updates.sources(OPERATOR, "biologi_7")
    assert (source.installed, source.offered, source.held, source.earlier) == ("1.0.0", "1.1.0", True, "1.1.0")
    assert stored_pdf(school.config.home, "biologi_7", _sha256(pdf_of([CAT, DOG]))).is_file()
    school.publisher.publish([CAT, COW, DOG], "1.2.0")
    assert school.look().installed == 1
    assert books(school) == [("Hewan", "1.2.0")]


def _sha256(content: bytes) -> str:

    return hashlib.sha256(content).hexdigest()


def test_what_was_taken_back_can_be_taken_up(school: School) -> None:
    school.publisher.publish([CAT, DOG], "1.0.0")
    school.look()
    school.publisher.publish([CAT, COW], "1.1.0")
    school.look()
    school.updates.roll_back(OPERATOR, "biologi_7", "hewan")
    school.updates.take_up(OPERATOR, "biologi_7", "hewan")
    assert school.look().installed == 1
    assert books(school) == [("Hewan", "1.1.0")]


def test_there_is_no_earlier_version_of_the_first(school: School) -> None:
    school.publisher.publish([CAT], "1.0.0")
    school.look()
    for name in ("hewan", "lain"):
        with pytest.raises(Invalid) as caught:
            school.updates.roll_back(OPERATOR, "biologi_7", name)
        assert caught.value.code == Failure.NO_EARLIER_VERSION


def test_the_version_before_survives_the_sweep(school: School) -> None:

    for number in range(3):
        school.publisher.publish([CAT, f"Hewan {number}."], f"1.{number}.0")
        school.look()
    school.library.sweep(utc_now() + timedelta(days=1))
    with school.database.read() as session:
        states = list(session.scalars(select(Pack.state).order_by(Pack.id)))
    assert states == ["swept", "retired", "active"]
    assert school.updates.roll_back(OPERATOR, "biologi_7", "hewan") == "1.1.0"


def test_what_the_school_removed_stays_away(school: School) -> None:
    school.publisher.publish([CAT], "1.0.0")
    school.look()
    with school.database.write() as session:
        pack = session.scalars(select(Pack)).one()
        generations.retire(session, pack.id)
    school.publisher.publish([CAT, DOG], "1.1.0")
    assert school.look().installed == 0
    (source,) = school.updates.sources(OPERATOR, "biologi_7")
    assert (source.removed, source.installed) == (True, None)
    school.updates.take_up(OPERATOR, "biologi_7", "hewan")
    assert school.look().installed == 1
    assert books(school) == [("Hewan", "1.1.0")]


def test_a_pack_brings_its_pdf_back(school: School, tmp_path: Path) -> None:
    pack = school.publisher.publish([CAT, DOG], "1.0.0")
    write_pdf(tmp_path / "a.pdf", pack)
    assert (tmp_path / "a.pdf").read_bytes() == pdf_of([CAT, DOG])


def test_a_title_that_is_too_long_is_cut(school: School, tmp_path: Path) -> None:
    school.publisher.offer(write_book(tmp_path / "x.vkp", [CAT], "1.0.0", title="Hewan\0 " * 500), "1.0.0")
    assert school.look().installed == 1
    ((title, _version),) = books(school)
    assert len(title) == 200


def test_a_full_disk_is_said_and_leaves_nothing(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school.publisher.publish([CAT, DOG], "1.0.0")
    school.look()
    school.publisher.publish([CAT, COW], "1.1.0")

    def full(size: int) -> None:
        raise Unavailable(Failure.DISK_FULL)

    monkeypatch.setattr(school.library, "require_room", full)
    with pytest.raises(Unavailable) as caught:
        school.look()
    assert caught.value.code == Failure.DISK_FULL
    assert set(school.answers("keras")) == {CAT, DOG}
    monkeypatch.undo()
    assert school.look().installed == 1
