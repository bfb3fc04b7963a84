"""The real models of the tests; the set-up fetches them into the cache."""

from pathlib import Path
from typing import Any

from nexus_appliance.config import Config
from nexus_appliance.errors import Unavailable
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.local_model import LocalModel
from nexus_appliance.inference.prefixes import Prefixes
from nexus_appliance.inference.profile import Profile
from tests.tools import lacking

SMALL = "smollm2-135m-instruct-q4_1"
DEFAULT = Config().model


def model_file(model_id: str) -> Path:
    """The file of a model; without it the test is skipped, or fails where nothing may be skipped."""
    try:
        return catalogue.locate(Config(model=model_id))
    except Unavailable as missing:
        lacking(str(missing))


MB = 1024 * 1024


def loaded(model_id: str, *, context: int, sequences: int = 1, memory: int = 256 * MB, **more: Any) -> LocalModel:
    """A model in memory, with speeds that nobody measured."""
    profile = Profile(100.0, 10.0, 0.1, 0.2, more.pop("threads", 1), False, more.pop("guesses", 0), 1)
    path = model_file(model_id)
    return LocalModel(
        path, "chatml", profile=profile, context=context, sequences=sequences, share=256, memory=memory, **more
    )


def forget(model: LocalModel) -> None:
    """Let a model remember nothing."""
    model._engine.prefixes = Prefixes(256 * MB)
