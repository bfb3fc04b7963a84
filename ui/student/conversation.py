"""A conversation about one subject: asks the tutor, shows what comes, remembers the turns for follow-ups."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from nicegui import background_tasks, ui

from nexus_appliance.errors import NexusError
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.subjects import SubjectView
from nexus_appliance.tutoring.answers import Turn
from ui.i18n import _
from ui.site import current_appliance, current_caller
from ui.student.ask_teacher import offer_teacher
from ui.student.exchange import LiveExchange
from ui.student.turn_view import TurnView
from ui.words import sentence, unexpected_sentence

REMEMBERED = 6
"""Turns that a follow-up may look at."""

SHOWN = 15
"""Questions that stay on the page; the history has the others."""


class Conversation:
    """Holds at most one question that keeps the box busy. `changed` is called when one begins, is served, and ends.

    A student who has something of the book to read may go on. What the model has begun with is then written all the
    same, into its own place; what still waits for the model is given up.
    """

    def __init__(self, column: ui.element, changed: Callable[[], None]) -> None:
        self._column = column
        self._changed = changed
        self._turns: list[Turn] = []
        self._views: list[TurnView] = []
        self._tasks: dict[LiveExchange, asyncio.Task[None]] = {}
        self._current: LiveExchange | None = None

    @property
    def busy(self) -> bool:
        """Whether the next question must wait."""
        return self._current is not None and not self._current.served

    @property
    def empty(self) -> bool:
        """Whether nothing has been asked yet."""
        return not self._views

    def begin_again(self) -> None:
        """Forget everything: another subject has been chosen."""
        self.leave()
        self._current = None
        self._turns, self._views = [], []
        self._column.clear()

    def stop(self) -> None:
        """Stop the question in flight; what was shown stays, and the tutor records it."""
        if self._current is not None:
            self._tasks[self._current].cancel()

    def leave(self) -> None:
        """Stop everything: the page or the conversation is given up."""
        for task in self._tasks.values():
            task.cancel()

    def ask(self, subject: SubjectView, question: str) -> bool:
        """Show the question at once and begin to answer it; False while another one is in flight."""
        if self.busy:
            return False
        if self._current is not None and self._current.queued:
            self.stop()
        caller = current_caller()
        with self._column:
            view = TurnView(question, subject.code)
        self._views.append(view)
        if len(self._views) > SHOWN:
            self._views.pop(0).element.delete()
        ui.run_javascript(f"nexusStudent.show('{view.element.html_id}')")
        exchange = self._current = LiveExchange(view, question)
        work = self._answer(caller, subject, exchange)
        self._tasks[exchange] = background_tasks.create(work, name="answer", context=self._column)
        self._changed()
        return True

    async def _answer(self, caller: Caller, subject: SubjectView, exchange: LiveExchange) -> None:
        turns = tuple(self._turns)
        try:
            async with aclosing(
                current_appliance().tutor.ask(caller, subject.code, exchange.question, turns)
            ) as events:
                async for event in events:
                    if exchange.view.gone:
                        return
                    served = exchange.served
                    exchange.take(event)
                    if exchange.served != served:
                        self._changed()
        except asyncio.CancelledError:
            exchange.stop()
            raise
        except NexusError as error:
            exchange.fail(sentence(error))
        finally:
            self._finish(caller, subject, exchange)

    def _finish(self, caller: Caller, subject: SubjectView, exchange: LiveExchange) -> None:
        """After an answer, a failure or Stop; nothing is left to show when the page or the conversation is gone."""
        del self._tasks[exchange]
        if exchange.view.gone:
            return
        exchange.fail(unexpected_sentence())
        if self._current is exchange:
            self._current = None
            if turn := exchange.turn():
                self._turns = [*self._turns, turn][-REMEMBERED:]
        exchange.view.offer(_("Ask again"), "refresh", lambda: self.ask(subject, exchange.question))
        if exchange.unsure and caller.role is Role.STUDENT:
            offer_teacher(exchange.view, subject, exchange.question)
        if exchange.recorded and caller.role is Role.STUDENT:
            exchange.view.rate(exchange.recorded)
        self._changed()
