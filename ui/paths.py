"""Where the files beside the code lie."""

from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "assets"
LOCALE = ASSETS / "locale"
