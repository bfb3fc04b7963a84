import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from cloud import channel
from cloud.__main__ import cli
from cloud.aws.schools import SchoolTable
from cloud.channel import NotNewerError, Release
from cloud.keys import FolderKeys, MissingKeyError
from cloud.publishing import publish_folder
from tests.distribution.channels import NOW, Publisher, write_book


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path)


def test_a_version_is_offered_until_a_newer_one_comes(publisher: Publisher) -> None:
    publisher.publish(["Satu."], "1.9.0")
    publisher.publish(["Dua."], "1.10.0")
    assert channel.offered(publisher.store) == {"biologi_7": {"hewan": "1.10.0"}}
    for version in ("1.10.0", "1.9.0", "0.1.0"):
        with pytest.raises(NotNewerError):
            publisher.publish(["Tiga."], version)
    assert channel.offered(publisher.store) == {"biologi_7": {"hewan": "1.10.0"}}


def test_what_a_channel_does_not_take(publisher: Publisher, tmp_path: Path) -> None:
    for changes in ({"subject": "fisika_12"}, {"name": "CON"}, {"name": ""}):
        pack = write_book(tmp_path / "x.vkp", ["Satu."], "1.0.0", **changes)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"."):
            channel.publish(publisher.store, publisher.keys, Release(pack), NOW)
    with pytest.raises(ValueError, match="not a version"):
        publisher.publish(["Satu."], "1.0")
    assert channel.offered(publisher.store) == {"biologi_7": {}}


def test_only_the_online_key_is_needed_to_publish(publisher: Publisher, tmp_path: Path) -> None:
    for name in ("root", "targets"):
        (tmp_path / "keys" / f"{name}.pem").unlink()
    publisher.publish(["Satu."], "1.0.0")
    with pytest.raises(MissingKeyError):
        channel.add_subject(publisher.store, publisher.keys, "kimia_11", NOW + timedelta(hours=1))


def test_keys_are_private_and_never_overwritten(tmp_path: Path) -> None:
    keys = FolderKeys(tmp_path / "keys")
    keys.generate()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "keys").iterdir())
    with pytest.raises(FileExistsError):
        keys.generate()


def test_deltas_lead_from_the_last_three_versions(publisher: Publisher, tmp_path: Path) -> None:
    for number in range(5):
        pack = write_book(tmp_path / f"{number}.vkp", ["Satu.", f"Nomor {number}."], f"1.{number}.0")
        led = publish_folder(publisher.folder, publisher.keys, pack, NOW + timedelta(minutes=number))
    assert led == ["1.3.0", "1.2.0", "1.1.0"]
    deltas = {path.name for path in (publisher.folder / "packs/biologi_7/hewan").glob("1.4.0.from-*")}
    assert deltas == {"1.4.0.from-1.3.0.vkp", "1.4.0.from-1.2.0.vkp", "1.4.0.from-1.1.0.vkp"}


def test_the_command_line_of_those_who_publish(tmp_path: Path) -> None:
    folder, keys = str(tmp_path / "channel"), str(tmp_path / "keys")
    pack = write_book(tmp_path / "x.vkp", ["Satu."], "1.0.0")

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli, list(arguments), catch_exceptions=False)
        assert done.exit_code == 0
        return done.output

    assert run("init", folder, "--keys", keys, "--new-keys").strip().endswith("1.root.json")
    run("subject", folder, "biologi_7", "--keys", keys)
    run("publish", folder, str(pack), "--keys", keys)
    assert run("status", folder) == "biologi_7\n  hewan 1.0.0\n"
    run("renew", folder, "--keys", keys)
    run("withdraw", folder, "biologi_7", "hewan", "--keys", keys)
    assert run("status", folder) == "biologi_7\n"
    with pytest.raises(FileExistsError):
        CliRunner().invoke(cli, ["init", folder, "--keys", keys], catch_exceptions=False)


def test_an_invitation_is_kept_as_its_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[tuple[object, ...]] = []
    monkeypatch.setattr(SchoolTable, "__init__", lambda _self, table: kept.append((table,)))
    monkeypatch.setattr(SchoolTable, "invite", lambda _self, *given: kept.append(given))
    monkeypatch.setattr(SchoolTable, "remove", lambda _self, *given: kept.append(given))
    given = ["--table", "schools", "--service", "https://pusat.example/"]
    printed = CliRunner().invoke(cli, ["invite", "smpn3-bandung", *given], catch_exceptions=False).output.strip()
    address, _, code = printed.partition("#")
    assert (address, code.partition(".")[0]) == ("https://pusat.example", "smpn3-bandung")
    assert kept[1][:2] == ("smpn3-bandung", hashlib.sha256(code.encode()).hexdigest())
    CliRunner().invoke(cli, ["revoke", "smpn3-bandung", "--table", "schools"], catch_exceptions=False)
    assert kept[3] == ("smpn3-bandung",)
    for name in ("smpn_3", "a" * 25, "SMPN 3", ""):
        with pytest.raises(ValueError, match="not a name"):
            CliRunner().invoke(cli, ["invite", name, *given], catch_exceptions=False)


def test_models_and_programs_are_published_and_withdrawn(tmp_path: Path) -> None:
    folder, keys = str(tmp_path / "channel"), str(tmp_path / "keys")
    (tmp_path / "file").write_bytes(b"GGUF")

    def run(*given: str) -> str:
        return CliRunner().invoke(cli, [*given], catch_exceptions=False).output

    run("init", folder, "--keys", keys, "--new-keys")
    named = ["--keys", keys, "--version", "1.0.0"]
    run("model", folder, str(tmp_path / "file"), *named, "--name", "qwen", "--title", "Qwen", "--licence", "MIT")
    run("program", folder, str(tmp_path / "file"), *named, "--system", "windows")
    said = run("status", folder)
    assert "models\n  qwen 1.0.0" in said
    assert "app\n  nexus-windows-x86_64 1.0.0" in said
    sha256 = hashlib.sha256(b"GGUF").hexdigest()
    assert (tmp_path / "channel" / "models" / f"{sha256}.qwen.gguf").read_bytes() == b"GGUF"
    run("withdraw", folder, "models", "qwen", "--keys", keys)
    assert "qwen" not in run("status", folder)
    run("renew", folder, "--keys", keys)
