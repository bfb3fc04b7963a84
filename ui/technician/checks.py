"""What `nexus check` finds, as sentences; what must be mended stands first."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.operations.checks import Check, Verdict
from nexus_appliance.school.callers import Caller
from ui.components.button import quiet_button
from ui.components.card import card
from ui.components.text import Text, heading
from ui.i18n import _, ngettext, noted
from ui.school_words import check_sentence
from ui.site import current_appliance, current_caller, current_site

MARKS = {"failure": ("error", "is-danger"), "warning": ("warning_amber", "is-amber"), "ok": ("check_circle", "is-ok")}
"""Icon and colour by verdict, worst first."""

SPOKEN = {"failure": noted("Must be mended"), "warning": noted("Worth a look"), "ok": noted("Good")}


async def checks_card(caller: Caller) -> None:
    """The findings, with a button that looks again."""
    machine = current_appliance().machine
    with card():
        with ui.element("div").classes("nx-spread"):
            heading(_("Checks"))
            verdict = Text("span").classes("nx-chip").props("role=status")
        rows = ui.element("ul").classes("nx-list nx-checks")
        with ui.element("div").classes("nx-actions"):
            button = quiet_button(_("Check again"), lambda: again(), "refresh").mark("check-again")

    def show(checks: Sequence[Check]) -> None:
        _show_verdict(verdict, checks)
        rows.clear()
        with rows:
            for check in sorted(checks, key=lambda one: list(MARKS).index(one.verdict)):
                check_row(check.verdict, check_sentence(check.name, check.verdict, check.values))

    async def again() -> None:
        button.props["loading"] = True
        try:
            show(await current_site().call(machine.checks, current_caller()))
        finally:
            button.props["loading"] = False

    show(await current_site().call(machine.checks, caller))


def check_row(verdict: Verdict, sentence: str) -> None:
    """A finding with its mark."""
    icon, colour = MARKS[verdict]
    with ui.element("li").classes("nx-check"):
        mark = ui.icon(icon).classes(f"nx-mark {colour}").props("role=img")
        mark.props["aria-label"] = _(SPOKEN[verdict])
        Text("span", sentence)


def _show_verdict(chip: Text, checks: Sequence[Check]) -> None:
    bad = sum(check.verdict == "failure" for check in checks)
    weak = sum(check.verdict == "warning" for check in checks)
    if bad:
        words, colour = ngettext("{count} thing must be mended", "{count} things must be mended", bad), "is-danger"
    elif weak:
        words, colour = ngettext("{count} thing is worth a look", "{count} things are worth a look", weak), "is-amber"
    else:
        words, colour = _("All is well"), "is-ok"
    chip.set_text(words)
    chip.classes(replace=f"nx-chip {colour}")
