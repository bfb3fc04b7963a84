"""Where a question is typed: Enter sends, Shift+Enter begins a new line, nothing typed is ever lost."""

from collections.abc import Callable

from nicegui import ui

from ui.components.button import icon_button
from ui.components.text import Text
from ui.i18n import _
from ui.words import failure_sentence

NEAR_LIMIT = 0.8
"""Share of the limit from which the counter is shown."""

PASTED_LIMIT = 4
"""The box takes so many times the limit: a long text can be pasted and then shortened."""

SEND_ON_ENTER = """(event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); emit(); }
}"""


class Composer:
    """The box with its button, which sends or stops. `send` gets the text and says whether it was taken."""

    def __init__(self, limit: int, send: Callable[[str], bool], stop: Callable[[], None]) -> None:
        self._limit = limit
        self._send = send
        with ui.element("div").classes("nx-composer"), ui.element("div").classes("nx-composer-sheet"):
            self._box = ui.textarea(on_change=self._count).props("borderless autogrow rows=1 enterkeyhint=send")
            self._box.props(f"maxlength={limit * PASTED_LIMIT}").classes("nx-composer-box")
            self._box.on("keydown", self._submit, js_handler=SEND_ON_ENTER)
            self._counter = Text("span").classes("nx-counter").props("aria-live=polite")
            self._stop = icon_button("stop", _("Stop"), stop).classes("nx-round is-stop")
            self._go = icon_button("arrow_upward", _("Send"), self._submit).classes("nx-round")
        self.show(busy=False)
        self._count()

    def address(self, label: str, *, enabled: bool) -> None:
        """Say in the box what to ask about; it takes no text unless `enabled`."""
        self._box.props["placeholder"] = label
        self._box.props["aria-label"] = label
        self._box.set_enabled(enabled)
        self._go.set_enabled(enabled)

    def show(self, *, busy: bool) -> None:
        """Offer Stop while an answer is written, else Send."""
        self._stop.set_visibility(busy)
        self._go.set_visibility(not busy)

    def _submit(self) -> None:
        text = str(self._box.value or "")
        if len(text.strip()) > self._limit:
            self._count()
        elif text.strip() and self._send(text.strip()):
            self._box.set_value("")

    def _count(self) -> None:
        length = len(str(self._box.value or "").strip())
        over = length > self._limit
        words = failure_sentence("question_too_long", {"limit": self._limit}) if over else ""
        self._counter.set_text(f"{words} {length} / {self._limit}".strip() if length > NEAR_LIMIT * self._limit else "")
        self._counter.set_visibility(length > NEAR_LIMIT * self._limit)
        self._counter.classes("is-over") if over else self._counter.classes(remove="is-over")
