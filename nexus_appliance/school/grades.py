"""The grades of Indonesian schools, in one place: 1-6 SD, 7-9 SMP, 10-12 SMA and SMK."""

from nexus_appliance.errors import Failure, Invalid

GRADES = range(1, 13)


def checked_grade(grade: int) -> int:
    """The grade if there is such a grade; raises `Invalid` (grade_invalid)."""
    if isinstance(grade, bool) or not isinstance(grade, int) or grade not in GRADES:
        raise Invalid(Failure.GRADE_INVALID, grade=str(grade))
    return grade
