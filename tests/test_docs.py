"""The documents are held against the code: every verb and every setting must appear."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs import schema
from nexus_appliance.commands.cli import cli
from nexus_appliance.config import Config

USE = (Path(__file__).parents[1] / "docs" / "USE.md").read_text("utf-8")


def verbs(group: click.Group, prefix: str = "nexus") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from verbs(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


def test_the_description_of_the_tables_is_of_these_tables() -> None:
    assert schema.TARGET.read_text("utf-8") == schema.text()


@pytest.mark.parametrize("verb", list(verbs(cli)))
def test_each_verb_is_explained(verb: str) -> None:
    assert f"`{verb}" in USE


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Config)])
def test_each_setting_is_explained(name: str) -> None:
    assert f"| `{name}` |" in USE


@pytest.mark.parametrize("field", dataclasses.fields(Config), ids=lambda field: field.name)
def test_each_setting_has_unit_and_reason(field: "dataclasses.Field[object]") -> None:
    assert field.metadata["unit"]
    assert len(field.metadata["reason"]) > 10
