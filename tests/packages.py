"""Source packages that tests read and never install: downloaded by hash."""

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[1] / "requirements"


def download(lock: str, folder: Path) -> list[Path]:
    """The archives of the packages that `requirements/LOCK` names, in `folder`.

    pip asks each package for its name, which runs its build backend; the hashes are those of the lock.
    """
    path = REQUIREMENTS / lock
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    names = ",".join(line.split("==")[0] for line in lines)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
    command += ["--no-binary", names, "--require-hashes", "-r", str(path), "-d", str(folder)]
    subprocess.run(command, check=True)
    return sorted(folder.glob("*.tar.gz"))
