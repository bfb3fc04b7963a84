"""How long a book may still take."""

import pytest

from nexus_appliance.operations.progress import (
    EXTRACT_SHARE,
    REPORT_EVERY,
    SECONDS_PER_PAGE,
    SECONDS_PER_SCAN,
    Progress,
)
from tests.operations.conftest import Clock


def test_nothing_is_known_of_a_job_that_does_not_run(progress: Progress) -> None:
    assert progress.seconds_left(1) is None
    assert progress.note("extract", 1, 2) is False
    assert progress.end() == {}
    progress.begin(1)
    assert progress.seconds_left(1) is None
    progress.note("extract", 1, 100)
    assert progress.seconds_left(2) is None


def test_before_the_encoding_pages_are_counted(progress: Progress, clock: Clock) -> None:
    progress.begin(1)
    progress.note("extract", 1, 100)
    assert progress.seconds_left(1) == pytest.approx(100 * SECONDS_PER_PAGE)
    clock.now += 5
    progress.note("clean", 0, 100)
    assert progress.seconds_left(1) == pytest.approx(100 * SECONDS_PER_PAGE - 5)
    clock.now += 500
    assert progress.seconds_left(1) == 1.0


def test_the_encoding_tells_its_own_pace(progress: Progress, clock: Clock) -> None:
    progress.begin(1)
    progress.note("extract", 100, 100)
    clock.now += 500
    progress.note("encode", 0, 1000)
    clock.now += 20
    progress.note("encode", 100, 1000)
    assert progress.seconds_left(1) == pytest.approx(180)
    clock.now += 180
    progress.note("encode", 1000, 1000)
    assert progress.seconds_left(1) == 0


def test_the_first_report_of_a_stage_tells_no_pace(progress: Progress, clock: Clock) -> None:
    """It comes after the first batch, not before it."""
    progress.begin(1)
    progress.note("extract", 100, 100)
    clock.now += 5
    progress.note("encode", 8, 1000)
    assert progress.seconds_left(1) == pytest.approx(100 * SECONDS_PER_PAGE - 5)
    clock.now += 2
    progress.note("encode", 16, 1000)
    assert progress.seconds_left(1) == pytest.approx(984 / 4)


def test_a_slow_machine_shows_itself_while_it_reads(progress: Progress, clock: Clock) -> None:
    progress.begin(1)
    progress.note("extract", 0, 100)
    clock.now += 60
    progress.note("extract", 50, 100)
    assert progress.seconds_left(1) == pytest.approx(120 / EXTRACT_SHARE - 60)
    clock.now += 60
    progress.note("clean", 0, 100)
    assert progress.seconds_left(1) == pytest.approx(120 / EXTRACT_SHARE - 120)


@pytest.mark.parametrize("stage", ["pack", "activate"])
def test_the_last_stages_take_a_moment(progress: Progress, stage: str) -> None:
    progress.begin(1)
    progress.note("extract", 3000, 3000)
    progress.note(stage, 0, 1)
    assert progress.seconds_left(1) == 1.0


def test_reports_are_spaced(progress: Progress, clock: Clock) -> None:
    progress.begin(1)
    assert progress.note("extract", 1, 100)
    clock.now += REPORT_EVERY / 2
    assert not progress.note("extract", 2, 100)
    clock.now += REPORT_EVERY / 2
    assert progress.note("extract", 3, 100)
    assert not progress.note("extract", 4, 100)
    assert progress.note("extract", 100, 100), "the end of a stage is always told"
    assert progress.note("clean", 0, 100), "and the beginning of the next"


def test_the_end_tells_where_the_time_went(progress: Progress, clock: Clock) -> None:
    progress.begin(1)
    progress.note("extract", 0, 50)
    clock.now += 5
    progress.note("encode", 0, 10)
    clock.now += 20
    progress.note("activate", 1, 1)
    clock.now += 1
    assert progress.end() == {"extract": 5, "encode": 20, "activate": 1, "total": 26, "pages": 50}
    assert progress.seconds_left(1) is None


def test_a_finished_book_teaches_the_pace_and_a_failed_one_does_not(progress: Progress, clock: Clock) -> None:
    for stage, seconds in (("encode", 1000), ("activate", 20)):
        progress.begin(1)
        progress.note("extract", 10, 10)
        clock.now += seconds
        progress.note(stage, 1, 1)
        progress.end()
    progress.begin(2)
    progress.note("extract", 1, 10)
    assert progress.seconds_left(2) == pytest.approx(20)


def test_scanned_pages_tell_their_own_pace(progress: Progress, clock: Clock) -> None:
    progress.begin(1)
    progress.note("extract", 100, 100)
    progress.note("ocr", 0, 50)
    rest = 100 * SECONDS_PER_PAGE
    assert progress.seconds_left(1) == pytest.approx(50 * SECONDS_PER_SCAN + rest)
    clock.now += 20
    progress.note("ocr", 2, 50)
    assert progress.seconds_left(1) == pytest.approx(48 * 10 + rest)


def test_pages_that_were_read_before_a_cut_do_not_promise_too_much(progress: Progress, clock: Clock) -> None:
    progress.begin(1)
    progress.note("extract", 100, 100)
    progress.note("ocr", 0, 50)
    clock.now += 1
    progress.note("ocr", 40, 50)
    assert progress.seconds_left(1) == pytest.approx(10 * SECONDS_PER_SCAN + 100 * SECONDS_PER_PAGE)
    clock.now += 12
    progress.note("ocr", 41, 50)
    assert progress.seconds_left(1) == pytest.approx(9 * 12 + 100 * SECONDS_PER_PAGE)


def test_reading_scans_is_no_part_of_the_pace_of_pages(progress: Progress, clock: Clock) -> None:
    progress.begin(1)
    for stage, seconds in (("extract", 0), ("ocr", 400), ("clean", 0), ("encode", 20), ("activate", 0)):
        progress.note(stage, 10, 10)
        clock.now += seconds
        if stage == "clean":
            assert progress.seconds_left(1) == pytest.approx(10 * SECONDS_PER_PAGE)
    assert progress.end() == {
        "extract": 0,
        "ocr": 400,
        "clean": 0,
        "encode": 20,
        "activate": 0,
        "total": 420,
        "pages": 10,
        "scanned": 10,
    }
    progress.begin(2)
    progress.note("extract", 1, 10)
    assert progress.seconds_left(2) == pytest.approx(20)
