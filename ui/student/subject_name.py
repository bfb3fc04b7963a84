"""A subject as the school says it."""

from nexus_appliance.school.subjects import SubjectView


def subject_name(subject: SubjectView) -> str:
    """Name and grade: "Fisika 12"."""
    return f"{subject.name} {subject.grade}"
