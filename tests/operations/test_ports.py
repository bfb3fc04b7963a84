"""Which port the server takes."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.config import Config
from nexus_appliance.errors import Invalid, Unavailable
from nexus_appliance.operations import ports
from nexus_appliance.operations.ports import free_port, is_free, keep_port, kept_port, settled


@contextmanager
def taken(port: int = 0) -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def free() -> int:
    with taken() as port:
        return port


def local(home: Path, port: int = 0) -> Config:
    return Config(home=home, host="127.0.0.1", port=port)


def test_the_port_of_the_settings_and_no_other(tmp_path: Path) -> None:
    with taken() as port, pytest.raises(Unavailable, match="port_in_use"):
        settled(local(tmp_path, port))


def test_the_first_free_one_of_the_easy_ones(tmp_path: Path, free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with taken() as port:
        monkeypatch.setattr(ports, "EASY", (port, free))
        assert settled(local(tmp_path)).port == free


def test_the_same_one_the_next_time(tmp_path: Path, free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with taken() as easy:
        monkeypatch.setattr(ports, "EASY", (easy, free))
        keep_port(settled(local(tmp_path)))
    assert is_free("127.0.0.1", easy)
    assert settled(local(tmp_path)).port == free, "students know that address by now"
    assert kept_port(local(tmp_path)) == free


def test_another_one_where_that_is_taken_now(tmp_path: Path, free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with taken() as port:
        monkeypatch.setattr(ports, "EASY", (free,))
        (tmp_path / "port").write_text(f"{port}\n")
        assert settled(local(tmp_path)).port == free
        assert kept_port(local(tmp_path)) == port, "only a server that has taken a port is remembered"


def test_a_host_that_is_another_machines(tmp_path: Path) -> None:
    for port in (0, 8123):
        with pytest.raises(Invalid, match="setting_invalid"):
            settled(Config(home=tmp_path, host="192.0.2.7", port=port))


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    keep_port(local(tmp_path / "gone", 8123))
    assert kept_port(local(tmp_path / "gone")) == 0


def test_none_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with taken() as port:
        monkeypatch.setattr(ports, "EASY", (port,))
        monkeypatch.setattr(ports, "OTHERS", range(0))
        with pytest.raises(Unavailable, match="port_in_use"):
            free_port(local(tmp_path))


@given(st.binary(max_size=8))
def test_whatever_a_power_cut_leaves(tmp_path_factory: pytest.TempPathFactory, rest: bytes) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / "port").write_bytes(rest)
    assert 0 <= kept_port(local(home)) < 65536
