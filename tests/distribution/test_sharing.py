"""Who may do what with the books that are sent, and what waits while there is no line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nexus_appliance.distribution.cloud_service import CloudService, Identity
from nexus_appliance.distribution.releases import Releases
from nexus_appliance.distribution.sending import Sending, name_of
from nexus_appliance.distribution.sharing import Sharing
from nexus_appliance.distribution.switching import Switching
from nexus_appliance.errors import Failure, Invalid, Missing, NexusError, NotAllowed, Unavailable
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.storage.home import stored_pdf
from nexus_appliance.storage.schema import Book, Notice, SharedBook
from tests.distribution.conftest import School
from tests.school.shelf import put_book

KEEPERS = {"teacher_here", "teacher_elsewhere", "admin", "technician", "operator"}
MENDERS = {"admin", "technician", "operator"}
TEACHERS = {"teacher_here", "admin", "operator"}

SHARING: dict[str, tuple[set[str], Callable[[Sharing, Caller], object]]] = {
    "cloud": (KEEPERS, lambda s, c: s.cloud(c)),
    "enrol": (MENDERS, lambda s, c: s.enrol(c, "halo")),
    "leave": (MENDERS, lambda s, c: s.leave(c)),
    "list": (TEACHERS, lambda s, c: s.list(c, "biologi_7")),
    "shareable": (TEACHERS, lambda s, c: s.shareable(c, "biologi_7")),
    "share": (TEACHERS, lambda s, c: s.share(c, 1, "own")),
    "cancel": (TEACHERS, lambda s, c: s.cancel(c, 1)),
    "retry": (TEACHERS, lambda s, c: s.retry(c, 1)),
    "dismiss": (TEACHERS, lambda s, c: s.dismiss(c, 1)),
}
RELEASES: dict[str, tuple[set[str], Callable[[Releases, Caller], object]]] = {
    "list": (MENDERS, lambda r, c: r.list(c)),
    "want": (MENDERS, lambda r, c: r.want(c, "models", "x")),
}


@pytest.fixture
def sharing(school: School) -> Sharing:
    return Sharing(school.database, school.cloud)


def enrolled(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = Identity("smpn1", "http://127.0.0.1:9", "http://127.0.0.1:9")
    monkeypatch.setattr(CloudService, "identity", identity)


def test_the_tables_name_every_call() -> None:
    assert set(SHARING) == {name for name in vars(Sharing) if not name.startswith("_")}
    assert set(RELEASES) == {name for name in vars(Releases) if not name.startswith("_")}


@pytest.mark.parametrize("name", SHARING)
def test_each_call_is_allowed_to_those_in_the_table(
    school: School, sharing: Sharing, people: dict[str, Caller], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(monkeypatch)
    allowed, call = SHARING[name]
    for who, caller in people.items():
        put_book(school.database, school.subject, f"Buku {who}")
        with school.database.write() as session:
            session.query(SharedBook).delete()
            if name != "share":
                row = SharedBook(id=1, subject_id=school.subject, source_sha256="0" * 64, title="A", licence="own")
                session.add(row)
        try:
            call(sharing, caller)
        except NotAllowed:
            assert who not in allowed, who
        except NexusError:
            assert who in allowed, who
        else:
            assert who in allowed, who


@pytest.mark.parametrize("name", RELEASES)
def test_models_and_programs_are_for_technicians(school: School, people: dict[str, Caller], name: str) -> None:
    releases = Releases(
        school.database, school.following, school.config.home, Switching(school.database, school.config.home)
    )
    allowed, call = RELEASES[name]
    for who, caller in people.items():
        try:
            call(releases, caller)
        except NotAllowed:
            assert who not in allowed
        except NexusError:
            assert who in allowed
        else:
            assert who in allowed


def book_of(school: School, title: str = "Kota Kita", pdf: bytes = b"%PDF-1.7\n") -> int:
    """A book that was made here, with its PDF."""
    book_id = put_book(school.database, school.subject, title)
    with school.database.read() as session:
        sha256 = session.get_one(Book, book_id).source_sha256
    path = stored_pdf(school.config.home, "biologi_7", sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf)
    return book_id


def sending(school: School) -> Sending:
    return Sending(school.config, school.database, school.cloud, school.following)


def test_without_an_enrolment_no_book_can_be_sent(school: School, sharing: Sharing) -> None:
    book_id = book_of(school)
    assert sharing.shareable(OPERATOR, "biologi_7") == frozenset()
    with pytest.raises(Unavailable) as unset:
        sharing.share(OPERATOR, book_id, "own")
    assert unset.value.code == Failure.CLOUD_UNSET
    sending(school).work_once()


def test_while_there_is_no_line_a_book_waits(school: School, sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled(monkeypatch)
    monkeypatch.setattr(school.cloud._secrets, "get", lambda _name: "smpn1.secret")
    sharing.share(OPERATOR, book_of(school), "own")
    thread = sending(school)
    assert thread._round() > 60  # later and later
    assert thread._round() > 60
    (share,) = sharing.list(OPERATOR, "biologi_7")
    assert (share.state, share.failure) == ("queued", None)


def test_outside_its_hours_it_waits(school: School, sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled(monkeypatch)
    asked: list[str] = []
    monkeypatch.setattr(CloudService, "ask", lambda _self, path, _said: asked.append(path))
    monkeypatch.setattr(school.following, "_hours", frozenset[int]({99}))
    sharing.share(OPERATOR, book_of(school), "own")
    sending(school).work_once()
    assert asked == []


def test_only_what_was_made_here_is_sent_and_once(
    school: School, sharing: Sharing, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(monkeypatch)
    school.publisher.publish(["Kucing mengeong."], "1.0.0")
    school.look()
    with school.database.read() as session:
        (from_channel,) = session.query(Book.id).one()
    mine = book_of(school)
    assert sharing.shareable(OPERATOR, "biologi_7") == {mine}
    with pytest.raises(Invalid) as foreign:
        sharing.share(OPERATOR, from_channel, "own")
    assert foreign.value.code == Failure.SHARE_UNKNOWN
    sharing.share(OPERATOR, mine, "own")
    with pytest.raises(Invalid) as twice:
        sharing.share(OPERATOR, mine, "own")
    assert twice.value.code == Failure.SHARE_UNKNOWN
    with pytest.raises(Missing):
        sharing.share(OPERATOR, 999, "own")


def test_a_file_that_is_gone_fails_alone_and_its_teacher_is_told(
    school: School, sharing: Sharing, person: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(monkeypatch)
    teacher = person(Role.TEACHER, teaches=[school.subject])
    book_id = put_book(school.database, school.subject, "Hilang")
    share_id = sharing.share(teacher, book_id, "own")
    sending(school).work_once()
    (share,) = sharing.list(teacher, "biologi_7")
    assert (share.state, share.failure) == ("failed", Failure.FILE_MISSING)
    with school.database.read() as session:
        (notice,) = session.query(Notice).all()
        assert notice.kind == "sharing_failed"
    sharing.retry(teacher, share_id)
    with pytest.raises(Invalid):
        sharing.dismiss(teacher, share_id)
    sharing.cancel(teacher, share_id)
    sharing.dismiss(teacher, share_id)
    assert sharing.list(teacher, "biologi_7") == []


def test_what_waits_keeps_its_pdf(school: School, sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    from nexus_appliance.operations.uploads import Uploads

    enrolled(monkeypatch)
    book_id = book_of(school)
    sharing.share(OPERATOR, book_id, "own")
    with school.database.write() as session:
        session.query(Book).delete()
    uploads = Uploads(school.config, school.database)
    assert uploads.sweep(older_than=-1) == 0
    with school.database.write() as session:
        session.query(SharedBook).update({"state": "cancelled"})
    assert uploads.sweep(older_than=-1) == 1


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Ilmu Pengetahuan Alam, Kelas VII!", "ilmu-pengetahuan-alam-kelas-vii"),
        ("Écoute & Répète", "ecoute-repete"),
        ("数学", "buku"),
        ("-- A --", "a"),
        ("x" * 90, "x" * 36),
    ],
)
def test_names_in_the_channel(title: str, name: str) -> None:
    assert name_of(title) == name


def test_the_rate_bounds_what_goes_out(school: School, sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled(monkeypatch)
    slept: list[float] = []
    monkeypatch.setattr("nexus_appliance.distribution.sending.time.sleep", slept.append)
    share_id = sharing.share(OPERATOR, book_of(school), "own")
    slow = Sending(replace(school.config, channel_rate=100), school.database, school.cloud, school.following)
    file = school.config.home / "file"
    file.write_bytes(bytes(300_000))
    assert b"".join(slow._blocks(share_id, file, 100_000, 150_000)) == bytes(150_000)
    assert 1.2 < slept[-1] < 1.6


def test_secrets_prefer_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.errors import KeyringLocked

    from nexus_appliance.distribution.secrets import Secrets

    kept: dict[tuple[str, str], str] = {}
    secrets = Secrets(tmp_path)
    secrets.set("a", "in a file")
    assert (tmp_path / "keys" / "a").stat().st_mode & 0o077 == 0
    monkeypatch.setattr(keyring, "set_password", lambda service, user, value: kept.update({(service, user): value}))
    monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)))
    monkeypatch.setattr(keyring, "delete_password", lambda service, user: kept.pop((service, user)))
    assert secrets.get("a") == "in a file"
    secrets.set("a", "in the keyring")
    assert not (tmp_path / "keys" / "a").exists()
    assert secrets.get("a") == "in the keyring"
    assert Secrets(tmp_path / "another").get("a") is None

    def locked(*_given: object) -> None:
        raise KeyringLocked

    monkeypatch.setattr(keyring, "get_password", locked)
    assert secrets.get("a") is None
    monkeypatch.setattr(keyring, "set_password", locked)
    secrets.set("a", "in a file again")
    assert secrets.get("a") == "in a file again"
    secrets.delete("a")
    assert not kept
    assert not list((tmp_path / "keys").iterdir())
