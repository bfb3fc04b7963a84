"""The way through the pages: one table of entries, each with the roles that see it."""

from dataclasses import dataclass

from nexus_appliance.school.callers import Role
from ui.i18n import noted


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation; `label` is an English msgid, `icon` a Material icon."""

    path: str
    label: str
    icon: str
    roles: frozenset[Role]


NAVIGATION = (
    Entry("/", noted("Ask"), "forum", frozenset({Role.STUDENT, Role.TEACHER, Role.ADMIN})),
    Entry("/guru", noted("Books"), "menu_book", frozenset({Role.TEACHER, Role.ADMIN})),
    Entry("/guru/pertanyaan", noted("Questions"), "rate_review", frozenset({Role.TEACHER, Role.ADMIN})),
    Entry("/admin", noted("School"), "school", frozenset({Role.ADMIN})),
    Entry("/teknisi", noted("System"), "monitor_heart", frozenset({Role.TECHNICIAN, Role.ADMIN})),
)
"""All pages that a visitor finds by a link, in the order shown."""


def entries_for(role: Role) -> list[Entry]:
    """The entries that a role sees."""
    return [entry for entry in NAVIGATION if role in entry.roles]
