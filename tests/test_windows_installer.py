"""The Windows installer compiles without a warning, and says everything in both languages."""

import re
import subprocess
from pathlib import Path

from tests.tools import need

WINDOWS = Path(__file__).parents[1] / "installer" / "windows"


def test_the_script_compiles_without_a_warning(tmp_path: Path) -> None:
    need("makensis")
    bundle, target = tmp_path / "nexus", tmp_path / "nexus-appliance-7.8.9.exe"
    (bundle / "_internal").mkdir(parents=True)
    for name in ("nexus.exe", "_internal/python311.dll"):
        (bundle / name).write_bytes(b"MZ")
    names = {"VERSION": "7.8.9", "BUNDLE": str(bundle), "OUT": str(target)}
    command = ["makensis", "-V2", "-WX", *(f"-D{name}={value}" for name, value in names.items())]
    done = subprocess.run([*command, WINDOWS / "nexus.nsi"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert target.read_bytes()[:2] == b"MZ"


def test_every_sentence_is_there_in_both_languages() -> None:
    words = (WINDOWS / "words.nsh").read_text("utf-8")
    said = {
        language: set(re.findall(rf"^LangString (\w+) \${{LANG_{language}}}", words, re.MULTILINE))
        for language in ("INDONESIAN", "ENGLISH")
    }
    used = set(re.findall(r"\$\((\w+)\)", (WINDOWS / "nexus.nsi").read_text("utf-8")))
    assert said["INDONESIAN"] == said["ENGLISH"] == used
