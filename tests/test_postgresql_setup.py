"""The package moves a school into this machine's PostgreSQL: a real cluster, users known by their names."""

import subprocess
from pathlib import Path

import pytest

from tests.test_self_extracting import Sandbox, sandbox
from tests.tools import need

__all__ = ["sandbox"]

SCRIPT = Path(__file__).parents[1] / "installer" / "linux" / "nexus-postgresql"

NEXUS = """#!/bin/sh
# `nexus migrate --to URL`: as the data's user, into the database that the URL names; `gagal`: the copy fails.
[ ! -e /tmp/gagal ] || exit 1
echo "$3" >/tmp/url
setpriv --reuid=nexus --regid=nexus --clear-groups psql -qAt "postgresql://${3#*//}" -c 'create table books ()'
"""


class Cluster:
    """PostgreSQL in a sandbox, for as long as one command runs."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        for name, text in (("nexus", NEXUS), ("nexus-postgresql", SCRIPT.read_text("utf-8"))):
            program = box.folder / "usr/local/bin" / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text(text)
            program.chmod(0o755)
        settings = box.folder / "etc/nexus-appliance/settings"
        settings.parent.mkdir()
        settings.write_text("# none\n")
        self.settings = settings

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """A command beside a running server; each starts it anew on the same data."""
        script = f"""
        set -e
        PATH=/usr/local/bin:$PATH
        getent passwd nexus >/dev/null || useradd --system --user-group nexus
        mkdir -p /run/postgresql /tmp/pg && chown postgres /run/postgresql /tmp/pg
        as() {{ setpriv --reuid=postgres --regid=postgres --init-groups env -C /tmp "$@"; }}
        [ -e /tmp/pg/PG_VERSION ] || as {self._bin}/initdb -D /tmp/pg --auth-local=peer --no-sync >/dev/null
        as {self._bin}/pg_ctl -D /tmp/pg -o '-c listen_addresses= -k /run/postgresql' -w start >/dev/null
        code=0; ({command}) || code=$?
        as {self._bin}/pg_ctl -D /tmp/pg -m fast -w stop >/dev/null
        exit $code
        """
        return self._box.run("sh", "-c", script)


@pytest.fixture
def cluster(sandbox: Sandbox) -> Cluster:
    need("psql")
    return Cluster(sandbox)


def test_a_database_is_made_and_used_without_a_password(cluster: Cluster, sandbox: Sandbox) -> None:
    done = cluster.run("nexus-postgresql")
    assert done.returncode == 0, done.stderr
    url = (sandbox.folder / "tmp/url").read_text().strip()
    assert url == "postgresql+psycopg://nexus@/nexus?host=/var/run/postgresql"
    assert cluster.settings.read_text() == f"# none\nNEXUS_DATABASE_URL={url}\n"
    again = cluster.run("nexus-postgresql")
    assert again.returncode == 1
    assert "basis data sudah ditetapkan" in again.stderr
    assert cluster.settings.read_text().count("NEXUS_DATABASE_URL") == 1


def test_a_copy_that_fails_leaves_nothing(cluster: Cluster, sandbox: Sandbox) -> None:
    (sandbox.folder / "tmp/gagal").touch()
    done = cluster.run("nexus-postgresql")
    assert done.returncode == 1
    assert "server memakai SQLite seperti sebelumnya" in done.stderr
    assert cluster.settings.read_text() == "# none\n"
    (sandbox.folder / "tmp/gagal").unlink()
    assert cluster.run("nexus-postgresql").returncode == 0


def test_a_database_of_that_name_is_not_touched(cluster: Cluster) -> None:
    done = cluster.run("as createdb -h /run/postgresql nexus && nexus-postgresql")
    assert done.returncode == 1
    assert "sudah ada basis data bernama nexus" in done.stderr
    assert cluster.settings.read_text() == "# none\n"


def test_without_a_server_it_says_what_to_do(cluster: Cluster, sandbox: Sandbox) -> None:
    done = sandbox.run("sh", "/usr/local/bin/nexus-postgresql")
    assert done.returncode == 1
    assert "PostgreSQL tidak menjawab" in done.stderr
