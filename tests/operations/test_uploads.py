"""Storing a PDF and queueing its job."""

import hashlib
import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Missing, NexusError, Unavailable
from nexus_appliance.operations.jobs import Jobs
from nexus_appliance.operations.uploads import Upload, Uploads
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.home import stored_pdf
from nexus_appliance.storage.schema import Book, IngestJob, Pack, TeacherSubject, utc_now
from tests.conftest import add_person
from tests.operations.conftest import PDF, add_subject

MakeUpload = Callable[..., Upload]


def refused(uploads: Uploads, caller: Caller, upload: Upload) -> Failure:
    """The code with which an upload is refused."""
    with pytest.raises(NexusError) as caught:
        uploads.submit(caller, upload)
    return caught.value.code


def queued(database: Database) -> list[IngestJob]:
    with database.read() as session:
        return list(session.scalars(select(IngestJob).order_by(IngestJob.id)))


def test_a_pdf_is_stored_and_queued(
    uploads: Uploads, config: Config, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    told: list[frozenset[str]] = []
    database.subscribe(told.append)
    number = uploads.submit(teacher, book(title="  Fisika \n Dasar ", semester=2))
    (job,) = queued(database)
    digest = hashlib.sha256(PDF).hexdigest()
    assert (job.id, job.title, job.semester, job.state) == (number, "Fisika Dasar", 2, "queued")
    assert (job.user_id, job.source_sha256) == (teacher.user_id, digest)
    assert stored_pdf(config.home, "fisika_12", digest).read_bytes() == PDF
    assert told == [frozenset({"jobs"})]


@pytest.mark.parametrize(
    ("filename", "title", "shown"),
    [
        ("Fisika_Dasar_A.pdf", "Fisika Dasar A", "Fisika_Dasar_A.pdf"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\buku\\kimia.v2.pdf", "kimia.v2", "kimia.v2.pdf"),
        ("a\x00b\u202e.pdf", "a b", "a b .pdf"),
    ],
)
def test_the_name_of_the_file_is_for_showing_only(
    uploads: Uploads, config: Config, database: Database, teacher: Caller, book: MakeUpload,
    filename: str, title: str, shown: str,
) -> None:  # fmt: skip
    uploads.submit(teacher, book(filename=filename))
    (job,) = queued(database)
    assert (job.title, job.filename) == (title, shown)
    stored = [path for path in config.home.rglob("*") if path.is_file()]
    assert stored == [stored_pdf(config.home, "fisika_12", job.source_sha256)]


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"content": b""}, Failure.PDF_EMPTY_FILE),
        ({"content": b"PK\x03\x04 a word document"}, Failure.PDF_NOT_A_PDF),
        ({"content": b" " * 1024 + PDF}, Failure.PDF_NOT_A_PDF),
        ({"content": PDF + b" " * 1_000_000}, Failure.UPLOAD_TOO_LARGE),
        ({"title": "x" * 201}, Failure.TITLE_INVALID),
        ({"filename": "\u200b.pdf", "title": " "}, Failure.TITLE_INVALID),
        ({"semester": 3}, Failure.SEMESTER_INVALID),
        ({"subject": "kimia_12"}, Failure.SUBJECT_UNKNOWN),
        ({"subject": "../fisika_12"}, Failure.SUBJECT_UNKNOWN),
        ({"path": Path("/nowhere/at-all.pdf")}, Failure.FILE_MISSING),
    ],
)
def test_what_is_no_book_is_refused_and_leaves_nothing(
    uploads: Uploads, config: Config, database: Database, teacher: Caller, book: MakeUpload,
    change: dict[str, object], failure: Failure,
) -> None:  # fmt: skip
    assert refused(uploads, OPERATOR, book(**change)) is failure
    assert queued(database) == []
    assert not list(config.home.rglob("*.pdf"))


def test_only_those_who_teach_the_subject_add_books(
    uploads: Uploads, config: Config, database: Database, subject: int, book: MakeUpload
) -> None:
    for role in (Role.STUDENT, Role.TECHNICIAN, Role.TEACHER):
        assert refused(uploads, add_person(database, role), book()) is Failure.NOT_ALLOWED
    assert not list(config.home.rglob("*.pdf"))
    uploads.submit(add_person(database, Role.ADMIN), book())


def test_the_right_is_asked_for_again_before_the_job_is_queued(
    config: Config, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    """A teacher may lose the subject while 200 MB are being copied."""

    class Slow(Uploads):
        def _checked(self, path: Path) -> str:
            with database.write() as session:
                session.delete(session.scalars(select(TeacherSubject)).one())
            return super()._checked(path)

    assert refused(Slow(config, database), teacher, book()) is Failure.NOT_ALLOWED
    assert queued(database) == []


def test_the_same_file_twice_is_refused_while_it_is_on_its_way_or_here(
    uploads: Uploads, jobs: Jobs, database: Database, subject: int, teacher: Caller, book: MakeUpload
) -> None:
    number = uploads.submit(teacher, book(title="Fisika Dasar"))
    with pytest.raises(Invalid) as caught:
        uploads.submit(teacher, book(title="Lain"))
    assert (caught.value.code, caught.value.values) == (Failure.BOOK_DUPLICATE, {"title": "Fisika Dasar"})
    jobs.cancel(teacher, number)
    finish(database, uploads.submit(teacher, book()), title="Fisika Jilid 1")
    with pytest.raises(Invalid) as caught:
        uploads.submit(teacher, book())
    assert caught.value.values == {"title": "Fisika Jilid 1"}
    with database.write() as session:
        session.scalars(select(Book)).one().removed_at = utc_now()
    uploads.submit(teacher, book())


def test_another_subject_may_have_the_same_file(
    uploads: Uploads, config: Config, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    add_subject(database, "Kimia", 12)
    uploads.submit(teacher, book())
    uploads.submit(OPERATOR, book(subject="kimia_12"))
    assert len(list((config.home / "books").glob("*/*.pdf"))) == 2


def test_a_new_upload_forgets_the_attempt_that_failed(
    uploads: Uploads, jobs: Jobs, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    jobs.cancel(teacher, uploads.submit(teacher, book()))
    number = uploads.submit(teacher, book())
    assert [job.id for job in queued(database)] == [number]


def test_two_uploads_at_the_same_moment_both_arrive(
    uploads: Uploads, config: Config, database: Database, teacher: Caller, tmp_path: Path
) -> None:
    gate = threading.Barrier(8)
    told: list[Failure] = []

    def submit(number: int) -> None:
        path = tmp_path / f"{number}.part"
        path.write_bytes(PDF + b"x" * 50_000 + bytes([number % 4]))  # four files, each sent twice
        gate.wait()
        try:
            uploads.submit(teacher, Upload("fisika_12", path, f"buku {number}.pdf"))
        except NexusError as error:
            told.append(error.code)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [Failure.BOOK_DUPLICATE] * 4
    digests = {job.source_sha256 for job in queued(database)}
    assert len(digests) == 4
    stored = list((config.home / "books" / "fisika_12").iterdir())
    assert {path.stem for path in stored} == digests
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.stem for path in stored)


def test_a_full_disk_is_told_and_nothing_stays(
    uploads: Uploads, config: Config, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    upload = book(PDF + b"x" * 500_000)
    with file_size_limit(100_000), pytest.raises(Unavailable) as caught:
        uploads.submit(teacher, upload)
    assert caught.value.code is Failure.DISK_FULL
    assert [path for path in config.home.rglob("*") if path.is_file()] == []
    assert queued(database) == []


def test_a_folder_that_cannot_be_written_is_told_by_name(
    uploads: Uploads, config: Config, teacher: Caller, book: MakeUpload
) -> None:
    config.home.mkdir()
    (config.home / "books").write_text("a file where a folder should be")
    assert refused(uploads, teacher, book()) is Failure.HOME_NOT_WRITABLE


def test_pdfs_that_nothing_needs_are_swept(
    uploads: Uploads, jobs: Jobs, config: Config, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    _waiting, failed, done, gone = (
        uploads.submit(teacher, book(PDF + name)) for name in (b"waiting", b"failed", b"done", b"gone")
    )
    jobs.cancel(teacher, failed)
    finish(database, done)
    jobs.cancel(teacher, gone)
    jobs.dismiss(teacher, gone)
    assert uploads.sweep() == 0, "a PDF whose job is about to be queued is young"
    assert uploads.sweep(older_than=-1) == 1
    kept = {path.read_bytes().removeprefix(PDF) for path in (config.home / "books").glob("*/*.pdf")}
    assert kept == {b"waiting", b"failed", b"done"}


def test_the_subject_may_vanish(uploads: Uploads, book: MakeUpload) -> None:
    with pytest.raises(Missing):
        uploads.submit(OPERATOR, book())


def finish(database: Database, job_id: int, title: str = "Buku") -> None:
    """Let a job be done, with its book, as the ingest does it."""
    with database.write() as session:
        job = session.get_one(IngestJob, job_id)
        job.state = "done"
        values = {"file": "f", "checksum": "c", "collection": f"pack-{job_id}", "encoder": "e"}
        pack = Pack(
            subject_id=job.subject_id, source="s", version="1", state="active", chunk_count=1, window_count=1, **values
        )
        session.add(pack)
        session.flush()
        fields = {"vkp_version": "1", "chunk_count": 1, "page_count": 1, "source_sha256": job.source_sha256}
        session.add(Book(subject_id=job.subject_id, pack_id=pack.id, title=title, filename=job.filename, **fields))


@contextmanager
def file_size_limit(limit: int) -> Iterator[None]:
    """No file of this process may grow beyond `limit` bytes: what a full disk is to a write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
