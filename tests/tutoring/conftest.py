from collections.abc import Callable

import pytest

from nexus_appliance.config import Config
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Generation, Subject
from tests.tutoring.desk import Desk


@pytest.fixture
def subject(database: Database) -> int:
    """The id of a subject whose books answer."""
    with database.write() as session:
        row = Subject(grade=10, name="Informatika", code="informatika_10")
        session.add(row)
        session.flush()
        generation = Generation(subject_id=row.id, number=1)
        session.add(generation)
        session.flush()
        row.active_generation = generation.id
        return row.id


@pytest.fixture
def desk(config: Config, database: Database, subject: int, person: Callable[..., Caller]) -> Desk:
    """That subject's tutor, and a student."""
    return Desk(config, database, person(Role.STUDENT))
