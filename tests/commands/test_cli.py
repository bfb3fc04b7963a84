"""The verbs on a data folder without a server: real parts, a small book, no language model."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from nexus_appliance.commands.cli import cli
from nexus_appliance.commands.table import VERBS
from tests.pdfs import text_pdf

PAGES = (
    ("1. Algoritma", "Algoritma adalah urutan langkah yang jelas untuk menyelesaikan suatu masalah di sekolah."),
    ("2. Jaringan", "Router menghubungkan dua jaringan yang berbeda agar dapat bertukar pesan setiap hari."),
)


class Terminal:
    """A school's command line."""

    def __init__(self, home: Path) -> None:
        self.environment = {
            "NEXUS_HOME": str(home),
            "XDG_CACHE_HOME": str(home / "nowhere"),
            "NEXUS_ARGON2_MEMORY": "8",
        }

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments, env=self.environment)

    def json(self, *arguments: str) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def error(self, *arguments: str) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code == 1, result.output
        return json.loads(result.stdout)["error"]


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return text_pdf(tmp_path_factory.mktemp("pdf") / "informatika.pdf", PAGES)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, pdf: Path) -> Terminal:
    """A school with one subject and one book."""
    terminal = Terminal(tmp_path_factory.mktemp("school") / "home")
    assert terminal.json("subject", "add", "--grade", "10", "--name", "Informatika")["code"] == "informatika_10"
    done = terminal.json("book", "add", "informatika_10", str(pdf), "--title", "Informatika")
    assert (done["state"], done["pages"]) == ("done", 2)
    return terminal


def test_subjects_are_listed(school: Terminal) -> None:
    (subject,) = school.json("subject", "list")
    assert (subject["code"], subject["grade"], subject["book_count"]) == ("informatika_10", 10, 1)
    assert "informatika_10" in school.run("subject", "list").stdout


def test_a_question_without_a_model_gets_the_passages(school: Terminal) -> None:
    result = school.json("ask", "informatika_10", "Apa itu algoritma?")
    assert {"answer", "refused", "confidence", "citations", "timings_ms"} <= set(result)
    assert {"model_load", "retrieval", "queue", "first_token", "total"} == set(result["timings_ms"])
    assert (result["outcome"], result["refused"]) == ("passages", False)
    best = result["citations"][0]
    assert {"book", "file", "page_pdf", "page_printed", "text", "score"} <= set(best)
    assert (best["book"], best["file"], best["page_pdf"]) == ("Informatika", "informatika.pdf", 1)


def test_a_refusal_is_no_error_and_shows_the_nearest_pages(school: Terminal) -> None:
    result = school.json("ask", "informatika_10", "Siapa juara Piala Dunia sepak bola tahun 1978?")
    assert result["refused"]
    assert result["citations"]


def test_books_are_listed_removed_and_missed(school: Terminal, pdf: Path) -> None:
    assert school.error("book", "add", "informatika_10", str(pdf)) == "book_duplicate"
    (book,) = school.json("book", "list", "informatika_10")
    assert school.error("book", "remove", "999", "--yes") == "book_unknown"
    assert book["title"] == "Informatika"


def test_a_broken_book_says_why(school: Terminal, tmp_path: Path) -> None:
    broken = tmp_path / "rusak.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing else")
    assert school.error("book", "add", "informatika_10", str(broken)).startswith("pdf_")
    assert len(school.json("book", "list", "informatika_10")) == 1


def test_a_pack_is_built_checked_and_brought_in(school: Terminal, pdf: Path, tmp_path: Path) -> None:
    pack = tmp_path / "paket.vkp"
    built = school.json("pack", "build", "kimia_11", str(pdf), str(pack), "--grade", "11", "--title", "Kimia")
    assert school.json("pack", "show", str(pack))["title"] == "Kimia"
    assert school.json("pack", "verify", str(pack))["checksum"] == built["checksum"]
    school.json("subject", "add", "--grade", "11", "--name", "Kimia")
    school.json("pack", "import", "kimia_11", str(pack))
    (book,) = school.json("book", "list", "kimia_11")
    assert book["title"] == "Kimia"
    pack.write_bytes(pack.read_bytes()[:-20])
    assert school.error("pack", "verify", str(pack)) == "pack_damaged"


def test_accounts(school: Terminal) -> None:
    added = school.json(
        "user", "add", "bu.sari", "--role", "teacher", "--name", "Bu Sari", "--subject", "informatika_10"
    )
    assert (added["username"], added["subjects"], len(added["password"]) > 8) == ("bu.sari", ["informatika_10"], True)
    assert school.json("user", "passwd", "bu.sari")["password"] != added["password"]
    school.json("user", "disable", "bu.sari")
    (account,) = [one for one in school.json("user", "list") if one["username"] == "bu.sari"]
    assert account["disabled"]
    assert school.error("user", "passwd", "nobody") == "user_unknown"


def test_models(school: Terminal) -> None:
    chosen = [model["id"] for model in school.json("model", "list") if model["chosen"]]
    assert chosen == ["qwen2.5-coder-1.5b-instruct-q4_k_m"]
    assert school.error("model", "verify") == "model_missing"


def test_checks_and_settings(school: Terminal) -> None:
    result = school.run("check", "--json")
    assert result.exit_code == 1
    verdicts = {check["name"]: check["verdict"] for check in json.loads(result.stdout)}
    assert (verdicts["folder"], verdicts["model"]) == ("ok", "failure")
    settings = {row["name"]: row for row in school.json("check", "--settings")}
    assert settings["argon2_memory"]["value"] == 8
    assert settings["port"]["unit"] == "TCP port"


def test_a_secret_setting_is_not_shown(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.environment["NEXUS_DATABASE_URL"] = "postgresql+psycopg://nexus:rahasia@host/nexus"
    assert "rahasia" not in terminal.run("check", "--settings").output


def test_migrate_tells_the_revision(tmp_path: Path) -> None:
    assert Terminal(tmp_path).json("migrate")["revision"] == "0008"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("ask", "sejarah_9", "Apa?"), "subject_unknown"),
        (("ask", "informatika_10", " "), "question_empty"),
        (("subject", "add", "--grade", "10", "--name", "informatika "), "subject_taken"),
        (("subject", "add", "--grade", "13", "--name", "Fisika"), "grade_invalid"),
    ],
)
def test_expected_failures_end_with_1(school: Terminal, arguments: tuple[str, ...], error: str) -> None:
    assert school.error(*arguments) == error
    plain = school.run(*arguments)
    assert (plain.exit_code, "Traceback" in plain.output) == (1, False)


def test_wrong_usage_ends_with_2(school: Terminal) -> None:
    assert school.run("subject", "add", "--grade", "x").exit_code == 2
    assert school.run("nonsense").exit_code == 2


def test_each_verb_has_help() -> None:
    for name in VERBS:
        assert CliRunner().invoke(cli, [*name.split(), "--help"]).exit_code == 0


def test_damaged_settings_are_told(tmp_path: Path) -> None:
    (tmp_path / "nexus.toml").write_text("port = [")
    assert Terminal(tmp_path).error("subject", "list") == "settings_damaged"


def test_an_evaluation_of_the_pages(school: Terminal, tmp_path: Path) -> None:
    rows = [
        {"id": 1, "question": "Apa itu algoritma?", "answerable": True, "kind": "jelas", "gold": gold(1)},
        {"id": 2, "question": "Apa guna router?", "answerable": True, "kind": "jelas", "gold": gold(2)},
        {"id": 3, "question": "Siapa presiden Mars?", "answerable": False, "gold": []},
    ]
    path = tmp_path / "soal.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    found = school.json("evaluate", "informatika_10", str(path), "--retrieval-only")
    assert (found["n"], found["page_at_1"], found["page_at_5"], found["answered"]) == (3, 1.0, 1.0, None)
    assert found["by_kind"]["jelas"]["n"] == 2
    assert school.json("evaluate", "informatika_10", str(path), "--retrieval-only", "--limit", "2")["n"] == 2
    path.write_text("{", "utf-8")
    assert school.error("evaluate", "informatika_10", str(path)) == "questions_damaged"


def gold(page: int) -> list[dict[str, object]]:
    return [{"file": "informatika.pdf", "page_start": page, "page_end": page}]
