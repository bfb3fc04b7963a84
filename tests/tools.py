"""Programs of the system that tests need: there in CI, perhaps not on a developer's machine."""

import os
import shutil
from typing import NoReturn

import pytest


def need(*programs: str) -> None:
    """Skip the test without one of them; in CI that is a failure."""
    for name in programs:
        if shutil.which(name) is None:
            lacking(f"{name} is not installed")


def lacking(reason: str) -> NoReturn:
    """Skip the test for this reason; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
