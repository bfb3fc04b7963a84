"""Every failure and notice has a sentence in both languages, and its values are filled."""

import ast
import gettext
import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.errors import Failure, Invalid
from ui.i18n import _, current_language, ngettext, set_request_language
from ui.notice_words import NOTICES
from ui.paths import ASSETS
from ui.sentences import FAILURES
from ui.words import failure_sentence, notice_sentence, sentence

sys.path.insert(0, str(ASSETS / "locale"))
import catalogue  # type: ignore[import-not-found]

PROJECT = Path(__file__).parents[2]


@pytest.fixture(params=["id", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    set_request_language({"nexus_bahasa": request.param})
    yield request.param
    set_request_language({})


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_every_failure_has_a_sentence() -> None:
    assert set(FAILURES) == set(Failure)


@pytest.mark.parametrize("code", list(Failure))
def test_a_failure_says_what_happened_and_what_to_do(code: Failure, language: str) -> None:
    values = dict.fromkeys(placeholders(FAILURES[code]), 7)
    text = failure_sentence(code, values)
    assert "{" not in text
    assert "…" not in text
    assert text.count(".") + text.count(":") >= 2, "and what to do next?"
    assert text.endswith(".")
    assert (text == FAILURES[code].format_map(values)) == (language == "en")


@pytest.mark.parametrize("kind", list(NOTICES))
def test_a_notice_is_filled(kind: str, language: str) -> None:
    values = dict.fromkeys(placeholders(NOTICES[kind]), "Fisika")
    assert "{" not in notice_sentence(kind, values)


def test_a_failed_book_says_why(language: str) -> None:
    text = notice_sentence("book_failed", {"title": "Fisika", "failure": "pdf_too_many_pages", "limit": 3000})
    assert "Fisika" in text
    assert "3000" in text


@given(st.text(), st.dictionaries(st.text(max_size=9), st.one_of(st.text(), st.integers(), st.none())))
def test_words_never_fail(kind: str, values: dict[str, object]) -> None:
    assert notice_sentence(kind, values)
    assert failure_sentence(kind, values)
    assert notice_sentence("book_ready", values)


def test_values_may_hold_braces() -> None:
    assert "{limit}" in sentence(Invalid(Failure.USERNAME_TAKEN, username="{limit}"))


def test_what_the_core_raises_fills_its_sentence() -> None:
    """Every `raise X(Failure.Y, a=..., b=...)` gives the values that the sentence of Y names."""
    lacking = []
    for path in (PROJECT / "nexus_appliance").rglob("*.py"):
        for code, given_names in raised(ast.parse(path.read_text("utf-8"))):
            missing = placeholders(FAILURES[code]) - given_names
            if missing and "**" not in given_names:
                lacking.append(f"{path.name}: {code} lacks {sorted(missing)}")
    assert lacking == []


def raised(tree: ast.AST) -> Iterator[tuple[Failure, set[str]]]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and node.args
            and getattr(node.func, "id", "")
            in (
                "Invalid",
                "Missing",
                "Unavailable",
                "NotAllowed",
            )
        ):
            first = node.args[0]
            if isinstance(first, ast.Attribute) and getattr(first.value, "id", "") == "Failure":
                yield Failure[first.attr], {keyword.arg or "**" for keyword in node.keywords}


def test_indonesian_is_complete_and_compiled() -> None:
    """After changing a message, run `python assets/locale/catalogue.py`."""
    merged = catalogue.merged("id")
    assert catalogue.missing(merged) == []
    kept = catalogue.read("id")
    assert {str(one.id) for one in merged if one.id} == {str(one.id) for one in kept if one.id}
    assert catalogue.po_path("id").with_suffix(".mo").read_bytes() == catalogue.compiled(merged), "nexus.mo is stale"


def test_translations_keep_the_placeholders() -> None:
    for message in catalogue.merged("id"):
        if not message.id:
            continue
        source = message.id[1] if isinstance(message.id, tuple) else message.id
        target = message.string[0] if isinstance(message.string, tuple) else message.string
        assert placeholders(target) <= placeholders(source), source


def test_no_message_is_an_f_string() -> None:
    for path in (PROJECT / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "noted", "ngettext") and node.args:
                assert not isinstance(node.args[0], ast.JoinedStr), f"{path.name}:{node.lineno}"


def test_indonesian_has_one_plural() -> None:
    set_request_language({"nexus_bahasa": "id"})
    counts = {ngettext("{count} unread notice", "{count} unread notices", count) for count in (1, 5)}
    assert counts == {"1 pemberitahuan belum dibaca", "5 pemberitahuan belum dibaca"}
    set_request_language({"nexus_bahasa": "en"})
    assert ngettext("{count} unread notice", "{count} unread notices", 1) == "1 unread notice"
    set_request_language({"nexus_bahasa": "<script>"})
    assert current_language() == "id"
    assert _("Cancel") == "Batal"
    stream = io.BytesIO(catalogue.po_path("id").with_suffix(".mo").read_bytes())
    assert gettext.GNUTranslations(stream).gettext("Cancel") == "Batal"
    set_request_language({})
