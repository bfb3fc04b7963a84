"""Books on their way, and those that did not arrive; rows are updated in place while the work goes on."""

from collections.abc import Callable, Sequence

from nicegui import ui

from nexus_appliance.errors import NexusError
from nexus_appliance.operations.jobs import JobView
from nexus_appliance.school.callers import Caller
from ui.components.button import quiet_button
from ui.components.card import card
from ui.components.confirm import confirm
from ui.components.progress_row import ProgressRow
from ui.components.text import Text
from ui.components.toast import toast, toast_failure
from ui.i18n import _
from ui.job_words import can_retry, ending_sentence, fraction, progress_sentence
from ui.site import current_appliance, current_caller, current_site
from ui.words import notice_sentence

OPEN = ("queued", "running")


class JobList:
    """The jobs of one subject; `dialogs` is a place that stays while rows come and go."""

    def __init__(self, dialogs: ui.element) -> None:
        self._dialogs = dialogs
        self._states: dict[int, str] = {}
        self._rows: dict[int, ProgressRow] = {}
        self._place = card(_("On the way")).classes("nx-jobs")
        with self._place:
            self._list = ui.element("ul").classes("nx-list")

    def show(self, jobs: Sequence[JobView]) -> None:
        """Show these jobs, newest first, and say what has ended since the last time."""
        self._announce_ends(jobs)
        shown = [job for job in jobs if job.state != "done"]
        if {job.id: job.state in OPEN for job in shown} != {
            id_: s in OPEN for id_, s in self._states.items() if s != "done"
        }:
            self._build(shown)
        self._states = {job.id: job.state for job in jobs}
        for job in shown:
            if job.id in self._rows:
                self._rows[job.id].show(fraction(job), progress_sentence(job))
        self._place.set_visibility(bool(shown))

    def _announce_ends(self, jobs: Sequence[JobView]) -> None:
        with self._dialogs:
            for job in jobs:
                if self._states.get(job.id) in OPEN and job.state == "done":
                    toast(notice_sentence("book_ready", {"title": job.title}))
                elif self._states.get(job.id) in OPEN and job.state == "failed":
                    toast(notice_sentence("book_failed", {"title": job.title}), "negative")

    def _build(self, jobs: Sequence[JobView]) -> None:
        self._rows.clear()
        self._list.clear()
        with self._list:
            for job in jobs:
                with ui.element("li").classes("nx-job is-open" if job.state in OPEN else "nx-job"):
                    if job.state in OPEN:
                        self._open_row(job)
                    else:
                        self._ended_row(job)

    def _open_row(self, job: JobView) -> None:
        self._rows[job.id] = ProgressRow(job.title)
        button = quiet_button(_("Cancel"), lambda: self._cancel(job), "close").mark("cancel-job")
        button.props["aria-label"] = _("Stop adding “{title}”", title=job.title)

    def _ended_row(self, job: JobView) -> None:
        with ui.element("div").classes(f"nx-job-ended is-{job.state}"):
            ui.icon("info_outline" if job.state == "cancelled" else "error_outline").props("aria-hidden=true")
            with ui.element("div").classes("nx-grow"):
                Text("strong", job.title)
                Text("p", ending_sentence(job))
                Text("p", job.filename).classes("nx-small")
        with ui.element("div").classes("nx-actions"):
            if can_retry(job):
                retry = current_appliance().jobs.retry
                quiet_button(_("Try again"), lambda: self._do(retry, job), "refresh").mark("retry-job")
            dismiss = current_appliance().jobs.dismiss
            quiet_button(_("Remove from the list"), lambda: self._do(dismiss, job)).mark("dismiss-job")

    async def _cancel(self, job: JobView) -> None:
        with self._dialogs:
            title = _("Stop adding “{title}”?", title=job.title)
            text = _("What has been done so far is thrown away. You can try again later without uploading the file.")
            if await confirm(title, text, _("Stop adding"), danger=True):
                await self._do(current_appliance().jobs.cancel, job)

    async def _do(self, deed: Callable[[Caller, int], None], job: JobView) -> None:
        with self._dialogs:
            try:
                await current_site().call(deed, current_caller(), job.id)
            except NexusError as error:
                toast_failure(error)
