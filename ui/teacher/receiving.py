"""What happens to a book that a teacher's browser has sent."""

from collections.abc import Mapping

from nexus_appliance.errors import Failure, Invalid
from nexus_appliance.operations.uploads import Upload
from nexus_appliance.school.callers import Caller
from ui.site import current_appliance, current_site
from ui.uploads import StagedFile

SEMESTERS = {"": None, "0": None, "1": 1, "2": 2}
"""What the form sends for the semester; nothing and 0 stand for the whole year."""


async def take_book(caller: Caller, staged: StagedFile, fields: Mapping[str, str]) -> Mapping[str, str | int]:
    """Queue the book; the service authorises the caller and refuses what is no book.

    Fields: subject, title, semester.
    """
    semester = fields.get("semester", "")
    if semester not in SEMESTERS:
        raise Invalid(Failure.SEMESTER_INVALID, semester=semester[:20])
    upload = Upload(
        subject=fields.get("subject", ""),
        path=staged.path,
        filename=staged.filename,
        title=fields.get("title", ""),
        semester=SEMESTERS[semester],
    )
    return {"job": await current_site().call(current_appliance().uploads.submit, caller, upload)}
