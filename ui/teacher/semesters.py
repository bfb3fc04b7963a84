"""The part of the school year that a book is for."""

from ui.i18n import _, noted

SEMESTERS = {0: noted("Whole year"), 1: noted("Semester 1"), 2: noted("Semester 2")}


def semester_name(semester: int | None) -> str:
    """In the visitor's language; None and 0 are the whole year."""
    return _(SEMESTERS[semester or 0])


def semester_choices() -> dict[int, str]:
    """All of them, for a list to choose from."""
    return {number: _(name) for number, name in SEMESTERS.items()}
