"""What an administrator does on the page, as sentences."""

import asyncio
from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.testing.user_interaction import UserInteraction

from nexus_appliance.school.accounts import Account
from nexus_appliance.school.callers import OPERATOR
from tests.ui.school import School
from tests.ui.site import Visitor


class Office:
    """One administrator's open page and the school behind it."""

    def __init__(self, school: School, visitor: Visitor) -> None:
        self.school = school
        self.visitor = visitor

    async def open(self, path: str = "/admin", username: str = "bu.ani") -> None:
        """Sign in anew and open the page."""
        self.visitor.sign_in(self.school.token(username))
        await self.visitor.open(path)

    async def sees(self, text: str) -> None:
        """Wait for a text."""
        await self.visitor.should_see(text, retries=30)

    async def misses(self, text: str) -> None:
        """Wait until a text is gone."""
        await self.visitor.should_not_see(text, retries=60)

    def press(self, mark: str) -> None:
        """Click what is marked so."""
        self.visitor.find(marker=mark).click()

    def say(self, text: str) -> None:
        """Click the newest button that says exactly this."""
        buttons = [one for one in self.visitor.find(ui.button).elements if one.text == text]
        assert buttons, text
        UserInteraction(self.visitor, {max(buttons, key=lambda one: one.id)}, None).click()

    def field(self, label: str, kind: type[Any] = ui.input) -> Any:
        """The field with exactly this label, of the newest dialog."""
        found = [one for one in self.visitor.find(kind).elements if one.props["label"] == label]
        return max(found, key=lambda one: one.id)

    def fill(self, label: str, value: object, kind: type[Any] = ui.input) -> None:
        """Give a field a value."""
        with self.visitor.client:  # type: ignore[union-attr]
            self.field(label, kind).set_value(value)

    def account(self, username: str) -> Account:
        """The account as it is stored."""
        return self.school.accounts.find(OPERATOR, username)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        for _number in range(60):
            if condition():
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it did not happen")
