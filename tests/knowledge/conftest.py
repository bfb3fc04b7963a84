"""A library with a tiny encoder on every database."""

from pathlib import Path

import pytest

from nexus_appliance.knowledge.library import Library
from nexus_appliance.storage.database import Database
from tests.fakes import ExactIndex, HashEncoder


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder()


@pytest.fixture
def index() -> ExactIndex:
    return ExactIndex()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def library(database: Database, home: Path, index: ExactIndex, encoder: HashEncoder) -> Library:
    return Library(database, home, index, encoder)
