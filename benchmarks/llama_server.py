"""llama-server of the same llama.cpp as ours: built once from the source package that our lock names, run for a while.

Its processor kernels are the very files that our own runtime loads.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import llama_cpp

from installer.source.setup import LOCKS
from nexus_appliance.inference.catalogue import cache_folder

PORT = 18_080
_OPTIONS = {
    "CMAKE_BUILD_TYPE": "Release",
    "BUILD_SHARED_LIBS": "ON",
    "GGML_NATIVE": "OFF",
    "GGML_BACKEND_DL": "ON",
    "GGML_CPU": "OFF",  # the kernels are ours
    "LLAMA_CURL": "OFF",
    "LLAMA_OPENSSL": "OFF",
    "LLAMA_BUILD_TESTS": "OFF",
    "LLAMA_BUILD_EXAMPLES": "OFF",
    "LLAMA_BUILD_UI": "OFF",
    "CMAKE_BUILD_WITH_INSTALL_RPATH": "ON",
    "CMAKE_INSTALL_RPATH": "$ORIGIN",  # it looks for its libraries beside itself: the place of its building is gone
}


def binary() -> Path:
    """The program; built if it is not there (about three minutes on two cores)."""
    made_of = hashlib.sha256(f"{_locked('llama-cpp-python')}{_OPTIONS}".encode()).hexdigest()[:12]
    folder = cache_folder().parent / f"llama-server-{made_of}"
    program = folder / "bin" / "llama-server"
    if not program.exists():
        _build(folder)
    kernels = Path(llama_cpp.__file__).parents[1] / "bin"
    for kernel in kernels.glob("libggml-cpu-*"):
        link = program.parent / kernel.name
        link.unlink(missing_ok=True)
        link.symlink_to(kernel)
    return program


def _build(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        tools = work / "tools"
        _run(sys.executable, "-m", "venv", str(tools))
        python = str(tools / "bin" / "python")
        _run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCKS / "build.txt"))
        (work / "lock.txt").write_text(_locked("llama-cpp-python"), "utf-8")
        source = [
            *["-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation", "--no-binary", ":all:"],
            "--require-hashes",
        ]
        _run(python, *source, "-r", str(work / "lock.txt"), "-d", str(work), path=tools / "bin")
        with tarfile.open(next(work.glob("llama_cpp_python-*.tar.gz"))) as archive:
            archive.extractall(work, filter="data")
        tree = next(work.glob("llama_cpp_python-*/vendor/llama.cpp"))
        options = [f"-D{key}={value}" for key, value in _OPTIONS.items()]
        _run("cmake", "-S", str(tree), "-B", str(work / "build"), "-G", "Ninja", *options, path=tools / "bin")
        _run("ninja", "-C", str(work / "build"), "llama-server", path=tools / "bin")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(work / "build" / "bin", folder / "bin", symlinks=True, dirs_exist_ok=True)


def _locked(package: str) -> str:
    """What the lock says of one package: version and hashes."""
    lines = (LOCKS / "runtime.txt").read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    end = next(number for number in range(start, len(lines)) if not lines[number].endswith("\\"))
    return "\n".join(lines[start : end + 1]) + "\n"


def _run(*command: str, path: Path | None = None) -> None:
    environment = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}"} if path else None
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)


@contextmanager
def serving(model: Path, slots: int, cells: int, threads: int, *flags: str) -> Iterator[subprocess.Popen[bytes]]:
    """A running server with `slots` of `cells` tokens each, ready to be asked at `PORT`."""
    command: Sequence[str] = [
        str(binary()),
        *("-m", str(model), "-t", str(threads), "-np", str(slots), "-c", str(slots * cells)),
        *("--host", "127.0.0.1", "--port", str(PORT)),
        *flags,
    ]
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _await(process)
            yield process
        finally:
            process.terminate()


def _await(process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"llama-server has ended: {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=5) as answer:
                if json.load(answer).get("status") == "ok":
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise TimeoutError("llama-server")
