"""A book on its way in words: what is done now, how far it is, how long it takes."""

from nexus_appliance.errors import Failure
from nexus_appliance.operations.jobs import JobView
from ui.dates import duration
from ui.i18n import _, ngettext
from ui.school_words import stage_name
from ui.words import failure_sentence

SHARES = {"extract": 0.1, "clean": 0.01, "chunk": 0.02, "encode": 0.85, "pack": 0.005, "stage": 0.01, "activate": 0.005}
"""What each stage takes of the whole, in order: measured with a book of 263 pages on two cores."""

SCAN_WEIGHT = 10
"""Reading a page from its picture takes so many times as long as all that is done with a page of text."""

HOPELESS = frozenset(code.value for code in Failure if code.value.startswith("pdf_"))
"""Failures that the same file brings again: another file is needed, not another try."""


def fraction(job: JobView) -> float | None:
    """How much of the whole is done, 0 to 1; None while the job waits."""
    shares = _shares(job)
    if job.stage not in shares or job.state != "running":
        return None
    stages = list(shares)
    before = sum(shares[stage] for stage in stages[: stages.index(job.stage)])
    return before + shares[job.stage] * (min(job.done / job.total, 1.0) if job.total else 0.0)


def _shares(job: JobView) -> dict[str, float]:
    """`SHARES` with the reading of pictures after the first stage, for as many pages as the job has of them."""
    (first, start), *others = SHARES.items()
    weight = SCAN_WEIGHT * job.scanned / max(1, job.pages)
    scaled = {stage: share / (1 + weight) for stage, share in others}
    return {first: start, "ocr": 1 - start - sum(scaled.values()), **scaled}


def progress_sentence(job: JobView) -> str:
    """What the job does now: its place in the line, or the stage, the count and the time left."""
    if job.state == "queued":
        return _waiting(job)
    parts = [_counted(job)]
    if job.seconds_left is not None:
        parts.append(left(job.seconds_left))
    return " · ".join(parts)


def left(seconds: float) -> str:
    """The time left, as roughly as it is known."""
    if seconds < 10:
        return _("a few seconds left")
    rounded = 5 * round(seconds / 5) if seconds < 90 else seconds
    return _("about {time} left", time=duration(rounded))


def ending_sentence(job: JobView) -> str:
    """Why a job ended without a book, and what to do."""
    if job.state == "cancelled":
        return _("Cancelled. Nothing of this book was kept.")
    return failure_sentence(job.failure or "", job.failure_values)


def can_retry(job: JobView) -> bool:
    """Whether another try with the same file makes sense."""
    return job.failure not in HOPELESS


def _waiting(job: JobView) -> str:
    if not job.ahead:
        return _("Waiting: it is next")
    return ngettext("Waiting: {count} book is before it", "Waiting: {count} books are before it", job.ahead)


def _counted(job: JobView) -> str:
    if not job.stage:
        return _("Starting")
    name = stage_name(job.stage)
    if job.stage in ("extract", "ocr") and job.total:
        return _("{stage}: {done} of {total}", stage=name, done=job.done, total=job.total)
    if job.stage in ("encode", "stage") and job.total:
        return _("{stage}: part {done} of {total}", stage=name, done=job.done, total=job.total)
    return name
