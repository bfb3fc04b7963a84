"""Was it any help? Two thumbs below an answer; a thumb down asks why. Each choice is kept at once and can be undone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from nicegui import ui

from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.tutoring.ratings import COMMENT_LIMIT, Rating
from ui.components.button import icon_button, quiet_button
from ui.components.fields import accept, text_field
from ui.components.refusal import refused_at
from ui.components.text import Text
from ui.i18n import _
from ui.rating_words import REASONS, reason_name
from ui.site import current_appliance, current_caller, current_site

DOWN = Rating(helpful=False)
"""A thumb down before anything is said about it."""

Chosen = Callable[[str], Awaitable[None]]


class RatingBar:
    """The rating of one turn of the student's own history; `rating` is what was chosen before."""

    def __init__(self, turn: int, rating: Rating | None = None) -> None:
        self._turn = turn
        self._one_at_a_time = asyncio.Lock()
        self._rating = rating
        self._why: _Why | None = None
        with ui.element("div").classes("nx-rating") as self._bar, ui.element("div").classes("nx-thumbs"):
            self._told = Text("span").classes("nx-small").props("role=status")
            self._up = icon_button("thumb_up", _("This helped me"), lambda: self._choose(helpful=True))
            self._down = icon_button("thumb_down", _("This did not help me"), lambda: self._choose(helpful=False))
        self._up.mark("helpful")
        self._down.mark("unhelpful")
        self._show("")

    async def _choose(self, *, helpful: bool) -> None:
        """The same thumb again takes the rating back."""
        await self._change(lambda now: None if now and now.helpful == helpful else Rating(helpful))

    async def _because(self, reason: str) -> None:
        """The same reason again takes it back."""
        await self._change(lambda now: replace(now or DOWN, reason="" if now and now.reason == reason else reason))

    async def _say(self, words: str) -> None:
        await self._change(lambda now: replace(now or DOWN, comment=words))

    async def _change(self, change: Callable[[Rating | None], Rating | None]) -> None:
        """Keep what `change` makes of the rating as it is; two quick taps follow each other, neither is lost."""
        async with self._one_at_a_time:
            rating = change(self._rating)
            if self._why is not None:
                accept(self._why.words)
            try:
                await self._keep(rating)
            except NexusError as error:
                refused_at({Failure.TEXT_TOO_LONG: self._why.words} if self._why else {}, error)
                return
            self._rating = rating
            self._show(_("Thank you") if rating is not None and rating != DOWN else "")

    async def _keep(self, rating: Rating | None) -> None:
        ratings, caller = current_appliance().ratings, current_caller()
        if rating is None:
            await current_site().call(ratings.withdraw, caller, self._turn)
        else:
            await current_site().call(ratings.rate, caller, self._turn, rating)

    def _show(self, told: str) -> None:
        chosen = self._rating
        self._told.set_text(told)
        for button, icon, helpful in ((self._up, "thumb_up", True), (self._down, "thumb_down", False)):
            pressed = chosen is not None and chosen.helpful == helpful
            button.props["icon"] = icon if pressed else f"{icon}_off_alt"
            _press(button, pressed)
        if chosen is not None and not chosen.helpful:
            self._ask_why(chosen)
        elif self._why is not None:
            self._why.element.set_visibility(False)
            self._why.show("")

    def _ask_why(self, rating: Rating) -> None:
        """NOTE: only whoever points the thumb down has these elements on the page."""
        if self._why is None:
            with self._bar:
                self._why = _Why(rating.comment, self._because, self._say)
        self._why.element.set_visibility(True)
        self._why.show(rating.reason)


class _Why:
    """Reasons and own words below a thumb down."""

    def __init__(self, comment: str, because: Chosen, say: Chosen) -> None:
        question = _("What is wrong with it?")
        with ui.element("div").classes("nx-why").props("role=group") as self.element:
            self.element.props["aria-label"] = question
            Text("strong", question)
            with ui.element("div").classes("nx-reasons"):
                self._reasons = {reason: _reason(reason, because) for reason in REASONS}
            with ui.element("div").classes("nx-own-words"):
                self.words = text_field(_("In your own words, if you like"), limit=COMMENT_LIMIT, value=comment)
                quiet_button(_("Send"), lambda: say(str(self.words.value or ""))).mark("send-comment")
            Text("p", _("Your teachers see it without your name.")).classes("nx-small")

    def show(self, reason: str) -> None:
        """Press the button of the reason that was chosen."""
        for name, button in self._reasons.items():
            _press(button, name == reason)


def _reason(reason: str, because: Chosen) -> ui.button:
    button = ui.button(reason_name(reason), on_click=lambda: because(reason), color=None)
    return button.props("flat no-caps").classes("nx-reason").mark(f"reason-{reason}")


def _press(button: ui.button, pressed: bool) -> None:
    button.props["aria-pressed"] = "true" if pressed else "false"
    button.classes("is-pressed") if pressed else button.classes(remove="is-pressed")
