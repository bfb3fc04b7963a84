"""Try dist/nexus as a school's machine would have it: glibc and zlib beside it and nothing else, nobody, no network.

Start, migrate, a subject, a book, a question, restart, the question again, stop. Needs bubblewrap, for the root;
`--plain` tries it in a fresh data folder of this machine instead, as on Windows.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = Path("/lib/x86_64-linux-gnu")
LIBRARIES = (
    *("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libresolv.so.2"),
    *("libnss_files.so.2", "libanl.so.1", "libz.so.1"),
)
LOADER = Path("/lib64/ld-linux-x86-64.so.2")
MODELS = Path("~/.cache/nexus-appliance/models").expanduser()

BOOK = ROOT / "assets" / "demo"
START_SECONDS = 120.0
CPU_SECONDS = 6.0
"""From nothing to the first page, of the server's own process."""

QUESTION = "Apa itu algoritma?"


class Plain:
    """The bundle on this machine, with a data folder of its own; models lie where the set-up puts them."""

    books: str = str(BOOK)

    def __init__(self, folder: Path, bundle: Path) -> None:
        self.home = folder / "home"
        self._program = str(bundle / ("nexus.exe" if os.name == "nt" else "nexus"))
        self._environment: dict[str, str] | None = {**os.environ, "NEXUS_HOME": str(self.home), "NEXUS_LANGUAGE": "id"}

    def command(self, *verb: str) -> list[str]:
        """The command line of a verb."""
        return [self._program, *verb]

    def run(self, *verb: str) -> Any:
        """The JSON that a verb prints; leaves with its words when it fails."""
        command = self.command(*verb, "--json")
        done = subprocess.run(command, capture_output=True, encoding="utf-8", env=self._environment, check=False)
        if done.returncode:
            sys.exit(f"nexus {' '.join(verb)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    @contextmanager
    def serving(self) -> Iterator[float | None]:
        """A running server; yields the seconds of CPU that its process took until it served, where /proc tells."""
        log = self.home.with_name("serve.log")
        with log.open("wb") as stream:
            process = subprocess.Popen(
                self.command("serve"), stdout=stream, stderr=subprocess.STDOUT, env=self._environment
            )
            try:
                deadline = time.monotonic() + START_SECONDS
                while "Semua data" not in log.read_text("utf-8", "replace"):
                    if process.poll() is not None or time.monotonic() > deadline:
                        sys.exit(f"the server did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")
                    time.sleep(0.05)
                server = self.server(process)
                yield cpu_seconds(server)
                if os.name == "nt":
                    subprocess.run(self.command("stop"), env=self._environment, check=True)
                else:
                    os.kill(server, signal.SIGTERM)
                process.wait(60)
            finally:
                process.kill()

    def server(self, process: subprocess.Popen[bytes]) -> int:
        """The server's process."""
        return process.pid


class Machine(Plain):
    """A root folder with nothing else in it, and a data folder that stays."""

    books = "/book"

    def __init__(self, folder: Path, bundle: Path, models: Path) -> None:
        self.root, self.home, self._environment = folder / "root", folder / "home", None
        (self.root / "lib64").mkdir(parents=True)
        for place in ("opt/nexus", "data", "proc", "dev", "tmp", "etc", "book", SYSTEM.relative_to("/")):
            (self.root / place).mkdir(parents=True, exist_ok=True)
        for name in LIBRARIES:
            if (SYSTEM / name).exists():
                shutil.copy(SYSTEM / name, self.root / SYSTEM.relative_to("/") / name)
        shutil.copy(LOADER, self.root / "lib64")
        (self.root / "etc" / "passwd").write_text("nobody:x:65534:65534::/data:/\n")
        self.home.mkdir(mode=0o700)
        binds = {bundle: "/opt/nexus", models: "/opt/nexus/models", BOOK: "/book"}
        self._sandbox = [
            *("bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--uid", "65534"),
            *("--gid", "65534", "--ro-bind", str(self.root), "/", "--proc", "/proc", "--dev", "/dev"),
            *("--tmpfs", "/tmp", "--bind", str(self.home), "/data"),
            *(word for source, place in binds.items() for word in ("--ro-bind", str(source), place)),
            *("--setenv", "NEXUS_HOME", "/data", "--setenv", "HOME", "/data", "--setenv", "NEXUS_LANGUAGE", "id"),
        ]

    def command(self, *verb: str) -> list[str]:
        """The command line of a verb in the root."""
        return [*self._sandbox, "/opt/nexus/nexus", *verb]

    def server(self, process: subprocess.Popen[bytes]) -> int:
        """The process inside; `process` is the sandbox around it."""
        return min((pid for pid in servers()), default=process.pid)


def servers() -> list[int]:
    """The processes of a bundle that serves."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"/opt/nexus/nexus", b"serve"]:
            found.append(int(folder.name))
    return found


def cpu_seconds(pid: int) -> float | None:
    """User and system time of a process, without its children (man proc: fields 14 and 15); None without /proc."""
    told = Path(f"/proc/{pid}/stat")
    if not told.exists():
        return None
    fields = told.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def whole_job(machine: Plain, book: str) -> None:
    """What a school does on its first day."""
    print("check:", [one["name"] for one in machine.run("check") if one["verdict"] != "ok"])
    print("migrate:", machine.run("migrate"))
    with machine.serving() as cpu:
        print(f"cold start to serving: {'unknown' if cpu is None else f'{cpu:.1f}'} s of CPU")
        if cpu is not None and cpu > CPU_SECONDS:
            sys.exit(f"more than {CPU_SECONDS} s")
        subject = machine.run("subject", "add", "--grade", "10", "--name", "Informatika")["code"]
        added = machine.run("book", "add", subject, str(Path(machine.books) / book), "--wait")
        print("book:", added["state"])
        told(machine.run("ask", subject, QUESTION))
    with machine.serving():
        print("restarted")
        told(machine.run("ask", subject, QUESTION))


def told(answer: dict[str, Any]) -> None:
    """Print an answer; leave with an error when there is none from the model."""
    page = answer["citations"][0]["page_pdf"] if answer["citations"] else None
    print(f"answer ({answer['outcome']}, page {page}): {answer['answer'][:200]}")
    if answer["outcome"] != "answered":
        sys.exit("no answer")


def main(arguments: Sequence[str] | None = None) -> None:
    """Try a bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=ROOT / "dist" / "nexus")
    parser.add_argument("--models", type=Path, default=MODELS, help="the folder with the language model")
    parser.add_argument("--book", default="informatika_10.pdf")
    parser.add_argument("--plain", action="store_true", help="on this machine, without a root of its own")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        place, bundle = Path(folder), options.bundle.resolve()
        machine = Plain(place, bundle) if options.plain else Machine(place, bundle, options.models.resolve())
        whole_job(machine, options.book)
    print("the bundle works")


if __name__ == "__main__":
    main()
