from collections.abc import Callable

import pytest

from nexus_appliance.config import Config
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Generation, Subject
from tests.tutoring.desk import Desk


@pytest.fixture
def desk(config: Config, database: Database, person: Callable[..., Caller]) -> Desk:
    """A subject whose books answer, and a student."""
    with database.write() as session:
        subject = Subject(grade=10, name="Informatika", code="informatika_10")
        session.add(subject)
        session.flush()
        generation = Generation(subject_id=subject.id, number=1)
        session.add(generation)
        session.flush()
        subject.active_generation = generation.id
    return Desk(config, database, person(Role.STUDENT))
