"""Jobs as their callers see and change them."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.operations.jobs import RECENT, Jobs
from nexus_appliance.operations.progress import Progress
from nexus_appliance.operations.uploads import Upload, Uploads
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import IngestJob, TeacherSubject
from tests.conftest import add_person
from tests.operations.conftest import PDF, Clock, add_subject

MakeUpload = Callable[..., Upload]


def change(database: Database, job_id: int, **values: object) -> None:
    """What the ingest would write."""
    with database.write() as session:
        job = session.get_one(IngestJob, job_id)
        for name, value in values.items():
            setattr(job, name, value)


def refused(call: Callable[..., object], *args: object) -> Failure:
    """The code with which a call is refused."""
    with pytest.raises(NexusError) as caught:
        call(*args)
    return caught.value.code


def test_a_job_tells_how_far_it_is(
    uploads: Uploads,
    jobs: Jobs,
    progress: Progress,
    clock: Clock,
    database: Database,
    teacher: Caller,
    book: MakeUpload,
) -> None:
    number = uploads.submit(teacher, book(title="Fisika Dasar", semester=1))
    view = jobs.get(teacher, number)
    assert (view.subject, view.title, view.state, view.stage, view.ahead) == (
        "fisika_12",
        "Fisika Dasar",
        "queued",
        "",
        0,
    )
    assert (view.seconds_left, view.pages, view.timings) == (None, 0, {})
    progress.begin(number)
    progress.note("encode", 0, 100)
    clock.now += 30
    progress.note("encode", 25, 100)
    change(database, number, state="running", stage="encode", done=25, total=100, timings={"pages": 40})
    view = jobs.get(teacher, number)
    assert (view.state, view.stage, view.done, view.total, view.pages, view.seconds_left) == (
        "running", "encode", 25, 100, 40, 90.0,
    )  # fmt: skip


def test_open_jobs_stand_in_line(
    uploads: Uploads, jobs: Jobs, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    add_subject(database, "Kimia", 12)
    first = uploads.submit(OPERATOR, book(PDF + b"1", subject="kimia_12"))
    second = uploads.submit(teacher, book(PDF + b"2"))
    third = uploads.submit(teacher, book(PDF + b"3"))
    assert {view.id: view.ahead for view in jobs.list(teacher)} == {third: 2, second: 1}
    change(database, second, state="running")
    assert {view.id: view.ahead for view in jobs.list(OPERATOR)} == {third: 2, second: 0, first: 1}
    jobs.cancel(OPERATOR, first)
    change(database, second, state="done")
    assert [(view.id, view.ahead) for view in jobs.list(OPERATOR)] == [(third, 0), (second, 0), (first, 0)]


def test_who_sees_which_jobs(
    uploads: Uploads, jobs: Jobs, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    chemistry = add_subject(database, "Kimia", 12)
    mine = uploads.submit(teacher, book())
    other = uploads.submit(OPERATOR, book(subject="kimia_12"))
    chemist = add_person(database, Role.TEACHER, teaches=[chemistry])
    assert [view.id for view in jobs.list(teacher)] == [mine]
    assert [view.id for view in jobs.list(chemist)] == [other]
    assert jobs.list(teacher, "kimia_12") == []
    for role in (Role.ADMIN, Role.TECHNICIAN):
        seen = jobs.list(add_person(database, role))
        assert [view.id for view in seen] == [other, mine]
    assert [view.id for view in jobs.list(OPERATOR, "kimia_12")] == [other]
    assert refused(jobs.list, add_person(database, Role.STUDENT)) is Failure.NOT_ALLOWED


@pytest.mark.parametrize("deed", ["get", "cancel", "retry", "dismiss"])
def test_only_those_who_teach_the_subject_change_its_jobs(
    uploads: Uploads, jobs: Jobs, database: Database, teacher: Caller, book: MakeUpload, deed: str
) -> None:
    number = uploads.submit(teacher, book())
    strangers = [add_person(database, role) for role in (Role.STUDENT, Role.TECHNICIAN, Role.TEACHER)]
    with database.write() as session:
        session.execute(delete(TeacherSubject))
    for caller in (*strangers, teacher):
        assert refused(getattr(jobs, deed), caller, number) is Failure.NOT_ALLOWED
    assert jobs.get(OPERATOR, number).state == "queued"
    for unknown in (0, -1, 10**12, number + 1):
        assert refused(getattr(jobs, deed), OPERATOR, unknown) is Failure.JOB_UNKNOWN


def test_cancelling_ends_an_open_job_once(
    uploads: Uploads, jobs: Jobs, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    number = uploads.submit(teacher, book())
    told: list[frozenset[str]] = []
    database.subscribe(told.append)
    jobs.cancel(teacher, number)
    jobs.cancel(teacher, number)
    view = jobs.get(teacher, number)
    assert view.state == "cancelled"
    assert view.finished_at is not None
    assert told == [frozenset({"jobs"})]
    change(database, number, state="done")
    jobs.cancel(teacher, number)
    assert jobs.get(teacher, number).state == "done"


def test_a_failed_job_is_tried_again_from_the_start(
    uploads: Uploads, jobs: Jobs, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    number = uploads.submit(teacher, book())
    assert refused(jobs.retry, teacher, number) is Failure.JOB_UNKNOWN
    values = {"state": "failed", "stage": "encode", "done": 5, "total": 9, "attempts": 3, "timings": {"pages": 4}}
    change(database, number, failure="pdf_too_many_pages", failure_values={"limit": 3000}, **values)
    view = jobs.get(teacher, number)
    assert (view.failure, view.failure_values, view.attempts) == ("pdf_too_many_pages", {"limit": 3000}, 3)
    jobs.retry(teacher, number)
    view = jobs.get(teacher, number)
    assert (view.state, view.stage, view.done, view.total, view.attempts) == ("queued", "", 0, 0, 0)
    assert (view.failure, view.failure_values, view.pages, view.finished_at) == (None, {}, 0, None)


def test_trying_again_does_not_double_what_came_another_way(
    uploads: Uploads, jobs: Jobs, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    old = uploads.submit(teacher, book())
    change(database, old, state="failed")
    with database.write() as session:
        row = session.get_one(IngestJob, old)
        twin = {name: getattr(row, name) for name in ("subject_id", "title", "filename", "source_sha256")}
        session.add(IngestJob(**twin, state="queued"))
    assert refused(jobs.retry, teacher, old) is Failure.BOOK_DUPLICATE
    assert jobs.get(teacher, old).state == "failed"


def test_a_failed_job_is_dismissed(
    uploads: Uploads, jobs: Jobs, database: Database, teacher: Caller, book: MakeUpload
) -> None:
    number = uploads.submit(teacher, book())
    assert refused(jobs.dismiss, teacher, number) is Failure.JOB_UNKNOWN
    change(database, number, state="failed")
    jobs.dismiss(teacher, number)
    assert jobs.list(teacher) == []
    assert refused(jobs.dismiss, teacher, number) is Failure.JOB_UNKNOWN


def test_only_the_latest_ended_jobs_are_listed(jobs: Jobs, database: Database, subject: int, teacher: Caller) -> None:
    with database.write() as session:
        values = {"subject_id": subject, "title": "B", "filename": "b.pdf", "source_sha256": "0"}
        session.add_all(IngestJob(**values, state="done") for _number in range(RECENT + 5))
        session.flush()
        latest = list(session.scalars(select(IngestJob.id).order_by(IngestJob.id.desc()).limit(RECENT)))
    assert [view.id for view in jobs.list(teacher)] == latest
