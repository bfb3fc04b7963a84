"""Why an answer did not help, in words."""

from ui.i18n import _, noted

REASONS = {
    "wrong": noted("Wrong"),
    "off_question": noted("Does not answer the question"),
    "unclear": noted("Hard to understand"),
    "wrong_page": noted("The page does not fit"),
}
"""By the reason that is stored; the same ones as `tutoring.ratings.REASONS`."""


def reason_name(reason: str) -> str:
    """A reason in the visitor's language; empty for none."""
    return _(REASONS[reason]) if reason in REASONS else ""
