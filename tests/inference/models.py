"""The real models of the tests; the set-up fetches them into the cache."""

import os
from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.errors import Unavailable
from nexus_appliance.inference import catalogue

SMALL = "smollm2-135m-instruct-q4_1"
DEFAULT = Config().model


def model_file(model_id: str) -> Path:
    """The file of a model; without it the test is skipped, or fails where nothing may be skipped."""
    try:
        return catalogue.locate(Config(model=model_id))
    except Unavailable as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
