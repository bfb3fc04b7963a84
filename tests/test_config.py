from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid


def test_defaults(tmp_path: Path) -> None:
    config = Config.load({}, home=tmp_path)
    assert (config.port, config.language, config.database) == (0, "id", f"sqlite:///{tmp_path}/nexus.sqlite")


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / "nexus.toml").write_text('port = 9000\nlanguage = "en"\n')
    config = Config.load({"NEXUS_HOME": str(tmp_path), "NEXUS_PORT": "9001"})
    assert (config.port, config.language, config.home) == (9001, "en", tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "-1"), ("PORT", "65536"), ("PORT", "http"), ("UPLOAD_LIMIT", "-1"), ("FIRST_TOKEN_TARGET", "soon")],
)
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        Config.load({f"NEXUS_{name}": value}, home=tmp_path)
    assert caught.value.code is Failure.SETTING_INVALID
    assert caught.value.values == {"name": name.lower(), "value": value}


def test_a_setting_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "nexus.toml").write_text("prot = 9000\n")
    with pytest.raises(Invalid) as caught:
        Config.load({}, home=tmp_path)
    assert caught.value.values["name"] == "prot"


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe\x00", b"port = [1"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "nexus.toml").write_bytes(content)
    with pytest.raises(Invalid) as caught:
        Config.load({}, home=tmp_path)
    assert caught.value.code is Failure.SETTINGS_DAMAGED
