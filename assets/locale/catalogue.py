"""Keep assets/locale in step with the code: `python assets/locale/catalogue.py` after changing a message.

Finds every message in ui/, merges it into nexus.po of each language (translations are kept, vanished messages are
dropped) and compiles nexus.mo. Exits with 1 and names what lacks a translation.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LOCALE = Path(__file__).resolve().parent
PROJECT = LOCALE.parent.parent
KEYWORDS = {"_": None, "noted": None, "ngettext": (1, 2)}
LANGUAGES = ("id",)
DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""A date in the files' headers that does not change with every run."""


def extract() -> Catalog:
    """All messages of ui/, without places: line numbers would change with every edit."""
    found = Catalog(project="OpenClass Nexus AI", charset="utf-8")
    for _file, _line, message, comments, context in extract_from_dir(
        str(PROJECT / "ui"), [("**.py", "python")], keywords=KEYWORDS
    ):
        found.add(message, auto_comments=comments, context=context)
    return found


def read(language: str) -> Catalog:
    """The catalogue of a language; empty when there is none yet."""
    path = po_path(language)
    text = path.read_text("utf-8") if path.exists() else ""
    catalogue = read_po(io.StringIO(text), locale=language)
    return _one_form(catalogue)


def _one_form(catalogue: Catalog) -> Catalog:
    """Indonesian nouns have one form for any number; Babel believes in two."""
    catalogue._num_plurals, catalogue._plural_expr = 1, "0"  # type: ignore[assignment]
    return catalogue


def merged(language: str) -> Catalog:
    """The catalogue of a language with exactly the messages of the code."""
    catalogue = read(language)
    kept = Catalog(
        locale=language,
        header_comment="# Words of the web page; assets/locale/catalogue.py keeps this file in step with ui/.",
        project="OpenClass Nexus AI",
        version="",
        copyright_holder="",
        msgid_bugs_address="",
        creation_date=DATE,
        revision_date=DATE,
        last_translator="",
        language_team="",
        fuzzy=False,
    )
    _one_form(kept)
    for message in sorted((one for one in extract() if one.id), key=lambda one: str(one.id)):
        known = catalogue.get(message.id)
        translation = known.string if known else ""
        if isinstance(message.id, tuple) and isinstance(translation, str):
            translation = (translation,)
        kept.add(message.id, translation, flags=message.flags)
    return kept


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of nexus.mo."""
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def missing(catalogue: Catalog) -> list[str]:
    """Messages without a translation."""
    texts = [(one.id, one.string) for one in catalogue if one.id]
    return [str(id_) for id_, string in texts if not (all(string) if isinstance(string, tuple) else string)]


def po_path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALE / language / "LC_MESSAGES" / "nexus.po"


def main() -> int:
    """Update and compile everything."""
    lacking: list[str] = []
    for language in LANGUAGES:
        catalogue = merged(language)
        with po_path(language).open("wb") as stream:
            write_po(stream, catalogue, width=0, omit_header=False, no_location=True)
        po_path(language).with_suffix(".mo").write_bytes(compiled(catalogue))
        lacking += [f"{language}: {text}" for text in missing(catalogue)]
    print("\n".join(lacking) or "complete")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
