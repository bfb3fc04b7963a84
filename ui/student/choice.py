"""The subject a student chose last: in a cookie of this browser, else the one asked about last."""

import json
from typing import Any

from nicegui import context, ui

from nexus_appliance.school.callers import Caller
from nexus_appliance.school.names import CODE
from ui.site import current_appliance, current_site

COOKIE = "nexus_mapel"


def remember(code: str) -> None:
    """Keep the choice in the browser for a year."""
    ui.run_javascript(f"nexusStudent.remember({json.dumps(COOKIE)}, {json.dumps(code)})")


async def remembered(caller: Caller) -> str:
    """The code of the subject to begin with; empty when there is none. It may have been removed since."""
    code = context.client.request.cookies.get(COOKIE, "")
    if CODE.fullmatch(code):
        return code
    latest: list[Any] = await current_site().call(current_appliance().history.search, caller, limit=1)
    return latest[0].subject if latest else ""
