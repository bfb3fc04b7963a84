"""A real PostgreSQL for the tests, from Debian's binaries, reachable only by a socket in a temporary folder."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

START_SECONDS = 60


class Missing(Exception):
    """There is no PostgreSQL on this machine."""


class Server:
    """A running PostgreSQL; `url(name)` is the address of one of its databases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://nexus@/{name}?host={self.folder}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(f"host={self.folder} user=nexus dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


class Shelf:
    """Migrated databases without rows."""

    def __init__(self, server: Server, template: str, revision: str, tables: tuple[str, ...]) -> None:
        self.server = server
        self._template, self._revision, self._tables = template, revision, ", ".join(tables)
        self._made = 0
        self._free: list[str] = []

    def take(self) -> str:
        """The name of a database that nobody else has."""
        if self._free:
            return self._free.pop()
        self._made += 1
        name = f"test_{self._made}"
        self.server.execute(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return name

    def give_back(self, name: str) -> None:
        """Empty a database for the next test; one whose schema a test has changed is thrown away."""
        if self._emptied(name):
            self._free.append(name)
        else:
            self.server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _emptied(self, name: str) -> bool:
        others = "datname = %s AND pid <> pg_backend_pid()"
        with psycopg.connect(f"host={self.server.folder} user=nexus dbname={name}", autocommit=True) as connection:
            connection.execute(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}".encode(), [name]
            )
            revisions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
            if revisions != [(self._revision,)] or tables != (self._tables.count(",") + 2,):
                return False
            connection.execute(f"TRUNCATE {self._tables} RESTART IDENTITY CASCADE".encode())
        return True


def binaries() -> Path:
    """The folder of the newest installed version; raises `Missing`."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        raise Missing("no PostgreSQL under /usr/lib/postgresql: install the package postgresql")
    return max(found, key=lambda path: float(path.parent.name))


@contextmanager
def running() -> Iterator[Server]:
    """Start a server and stop it again."""
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="nexus-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _account()["user"], _account()["group"])
        cluster = folder / "cluster"
        _run(programs / "initdb", "-D", cluster, "-U", "nexus", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = {
            "fsync": "off",
            "full_page_writes": "off",
            "listen_addresses": "",
            "max_connections": "60",
            "shared_buffers": "32MB",
            "synchronous_commit": "off",
            "unix_socket_directories": folder,
        }
        settings = [text for name, value in options.items() for text in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", cluster, *settings], stdout=log, stderr=log, **_account()
            )
        try:
            _await(folder, process)
            yield Server(folder)
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown: open connections are closed
            process.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd="/", **_account())


def _await(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(f"host={folder} user=nexus dbname=postgres").close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text()) from None
            time.sleep(0.1)
        else:
            return
