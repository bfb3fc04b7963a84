"""The language model: whether it answers, how fast, and who is waiting."""

from nicegui import ui

from nexus_appliance.inference.scheduler import WorkerStatus
from nexus_appliance.school.callers import Caller
from ui.components.card import card
from ui.components.text import Text, heading
from ui.dates import duration
from ui.i18n import _, ngettext, noted
from ui.numbers import figure
from ui.site import current_appliance, current_caller, current_site
from ui.words import failure_sentence

EVERY = 2.0
"""Seconds between two looks while the page is open."""

STATES = {
    "ready": (noted("Ready"), "is-ok", noted("It answers questions.")),
    "loading": (noted("Loading"), "is-amber", noted("It is being loaded; questions wait until it is ready.")),
    "missing": (noted("Missing"), "is-danger", ""),
    "failed": (noted("Stopped"), "is-danger", ""),
    "closed": (noted("Off"), "", noted("It is switched off; students get passages from the books.")),
}
"""Word, colour and sentence by state; without a sentence the failure's own is shown."""


async def model_card(caller: Caller) -> None:
    """Follows the scheduler while the page is open."""
    machine, site = current_appliance().machine, current_site()
    with card():
        with ui.element("div").classes("nx-spread"):
            heading(_("Language model"))
            chip = Text("span").classes("nx-chip").props("role=status")
        sentence = Text("p")
        with ui.element("dl").classes("nx-facts"):
            facts = {name: _fact(name) for name in facts_of(await site.call(machine.model, caller))}

    def show(status: WorkerStatus) -> None:
        word, colour, text = STATES[status.state]
        chip.set_text(_(word))
        chip.classes(replace=f"nx-chip {colour}")
        sentence.set_text(
            _(text) if text else failure_sentence(status.failure or "model_gone", {"model": status.model})
        )
        for name, value in facts_of(status).items():
            facts[name].set_text(value)

    async def follow() -> None:
        show(await site.call(machine.model, current_caller()))

    show(await site.call(machine.model, caller))
    ui.timer(EVERY, follow)


def facts_of(status: WorkerStatus) -> dict[str, str]:
    """The name of each figure and its value in words."""
    return {
        _("Model"): status.model,
        _("Runs on"): status.server or _("this machine"),
        _("Questions"): _queue(status),
        _("Reads"): _speed(status.prompt_speed),
        _("Writes"): _speed(status.generation_speed),
        _("At once"): _together(status),
        _("Loaded in"): duration(status.load_seconds) if status.load_seconds else "–",
        _("Processor threads"): str(status.threads or "–"),
        _("Restarts"): _restarts(status.restarts),
    }


def _fact(name: str) -> Text:
    with ui.element("div"):
        Text("dt", name)
        return Text("dd")


def _queue(status: WorkerStatus) -> str:
    if not status.running and not status.queue:
        return _("None at the moment")
    waiting = ngettext("{count} waiting", "{count} waiting", status.queue)
    if not status.running:
        return waiting
    return ngettext(
        "{count} being answered, {waiting}", "{count} being answered, {waiting}", status.running, waiting=waiting
    )


def _speed(tokens: float) -> str:
    """Tokens a second; a token is about two thirds of an Indonesian word."""
    return _("{count} tokens a second", count=figure(tokens)) if tokens else _("not measured yet")


def _together(status: WorkerStatus) -> str:
    """How many answers are written at once, and how fast all of them together."""
    if not status.room:
        return "–"
    answers = ngettext("{count} answer", "{count} answers", status.room)
    return f"{answers}, {_speed(status.batch_speed)}"


def _restarts(count: int) -> str:
    return ngettext("{count} since the start", "{count} since the start", count) if count else _("None")
