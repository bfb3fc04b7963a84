"""Books on their way in all subjects, and where the time of the last ones went."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.operations.jobs import JobView
from ui.components.card import card
from ui.components.text import Text, paragraph
from ui.dates import duration, when
from ui.i18n import _, ngettext, noted
from ui.job_words import ending_sentence, fraction, progress_sentence
from ui.live import keep_shown
from ui.school_words import stage_name
from ui.site import current_appliance

STATES = {
    "queued": (noted("Waiting"), ""),
    "running": (noted("At work"), "is-amber"),
    "done": (noted("Done"), "is-ok"),
    "failed": (noted("Failed"), "is-danger"),
    "cancelled": (noted("Cancelled"), ""),
}
"""Word and colour by state."""

SHOWN = 8
"""Jobs in the card: the open ones and the last ended ones."""


async def jobs_card() -> None:
    """Follows the jobs while the page is open."""
    jobs = current_appliance().jobs
    with card(_("Adding books")):
        place = ui.element("div")

    def show(found: Sequence[JobView]) -> None:
        place.clear()
        with place:
            if not found:
                paragraph(_("No book has been added on this machine yet.")).classes("nx-muted")
            with ui.element("ul").classes("nx-list"):
                for job in found[:SHOWN]:
                    _row(job)

    await keep_shown("jobs", jobs.list, show)


def _row(job: JobView) -> None:
    word, colour = STATES[job.state]
    with ui.element("li").classes("nx-machine-job"):
        with ui.element("div").classes("nx-spread"):
            Text("strong", job.title)
            Text("span", _(word)).classes(f"nx-chip {colour}")
        Text("p", _story(job)).classes("nx-small")
        Text("p", f"{job.subject} · {when(job.finished_at or job.created_at)}").classes("nx-small")


def _story(job: JobView) -> str:
    if job.state == "done":
        return _time_spent(job)
    if job.state in ("failed", "cancelled"):
        return ending_sentence(job)
    done = fraction(job)
    return progress_sentence(job) if done is None else f"{int(done * 100)}% · {progress_sentence(job)}"


def _time_spent(job: JobView) -> str:
    """Pages, total time, and the stage that took most of it."""
    total = job.timings.get("total", 0.0)
    text = ngettext("{count} page in {time}", "{count} pages in {time}", job.pages, time=duration(total))
    stages = {name: seconds for name, seconds in job.timings.items() if name != "total"}
    if not stages or not total:
        return text
    longest = max(stages, key=lambda name: stages[name])
    share = round(100 * stages[longest] / total)
    most = _("{share}% of it: {stage}", share=share, stage=stage_name(longest))
    return f"{text} · {most}"
