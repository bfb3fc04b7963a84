"""The figures of an evaluation, and the files of questions it reads."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.tutoring.answers import Answer
from nexus_appliance.tutoring.cases import Case, read_cases
from nexus_appliance.tutoring.evaluation import Result, calibration_error, percentile, report, separation
from tests.tutoring.fakes import PASSAGES

GOLD = (("informatika.pdf", 9, 10),)
KNOWN = Case("1", "Apa itu diagram alir?", True, GOLD, ("simbol baku",), "jelas")
UNKNOWN = Case("2", "Siapa presiden Mars?", False, (), (), "asing")


def answer(text: str, outcome: str = "answered", confidence: float = 0.9) -> Answer:
    return Answer(text, outcome, confidence, (), answerable=confidence)


def test_a_page_is_ranked_among_distinct_pages() -> None:
    assert KNOWN.rank(PASSAGES) == 2
    assert KNOWN.rank([PASSAGES[0], PASSAGES[0], PASSAGES[1]]) == 2
    assert UNKNOWN.rank(PASSAGES) is None


def test_the_figures_of_a_few_results() -> None:
    found = report(
        [
            Result(KNOWN, 1, answer("Memakai Simbol  baku, selalu. [1]"), 1.0),
            Result(KNOWN, 4, answer("Memakai simbolbaku. Itu di Mars. [?]", confidence=0.8), 2.0),
            Result(KNOWN, None, answer("", "refused", 0.1), 3.0),
            Result(UNKNOWN, None, answer("", "refused", 0.2), 4.0),
        ]
    )
    assert (found["n"], found["page_at_1"], found["page_at_5"]) == (4, 0.3333, 0.6667)
    assert found["mrr"] == round((1 + 1 / 4) / 3, 4)
    assert (found["answered"], found["refused"]) == (0.5, 0.5)
    assert found["contains_gold"] == 0.3333
    assert found["unsupported"] == 0.3333
    assert found["auc"] == round(2 / 3, 4)
    assert (found["claimed"], found["declined"]) == (0.0, 0.3333)
    assert found["ece"] == round((0.1 + 0.8) / 2, 4)
    assert found["latency_p95_ms"] == 4000
    assert found["by_kind"]["asing"]["page_at_1"] is None
    assert found["by_kind"]["jelas"]["n"] == 3
    low, high = found["intervals"]["page_at_1"]
    assert low <= 0.3333 <= high
    assert json.loads(json.dumps(found))


def test_a_quotation_counts_for_the_right_answer_and_is_no_sentence_of_the_model() -> None:
    quoted = answer("Itu di Mars. [?]\n\n> “Diagram alir memakai simbol baku.” [1]")
    found = report([Result(KNOWN, 1, quoted, 1.0)])
    assert (found["contains_gold"], found["unsupported"]) == (1.0, 1.0)


def test_only_retrieval_says_nothing_of_answers() -> None:
    found = report([Result(KNOWN, 1, None, 0.1)])
    assert found["page_at_1"] == 1.0
    assert {found[name] for name in ("answered", "refused", "contains_gold", "unsupported", "ece", "auc")} == {None}
    assert report([])["n"] == 0


@pytest.mark.parametrize(
    ("pairs", "error"),
    [
        ([(0.95, True), (0.95, True)], 0.05),
        ([(1.0, False)], 1.0),
        ([(0.5, True), (0.5, False)], 0.0),
        ([], None),
    ],
)
def test_the_calibration_error(pairs: list[tuple[float, bool]], error: float | None) -> None:
    assert calibration_error(pairs) == error


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30))
def test_bounds(pairs: list[tuple[float, bool]]) -> None:
    for found in (calibration_error(pairs), separation(pairs)):
        assert found is None or 0 <= found <= 1


def test_separation() -> None:
    assert separation([(0.9, True), (0.1, False)]) == 1.0
    assert separation([(0.5, True), (0.5, False)]) == 0.5
    assert separation([(0.5, True)]) is None


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_is_one_of_the_values(values: list[float], share: float) -> None:
    assert percentile(values, share) in {round(value, 1) for value in values}


def test_a_file_of_questions(tmp_path: Path) -> None:
    path = tmp_path / "soal.jsonl"
    row = {"id": "1", "question": KNOWN.text, "answerable": True, "answers": ["simbol baku"], "kind": "jelas"}
    row["gold"] = [{"file": "informatika.pdf", "page_start": 9, "page_end": 10}]
    path.write_text(json.dumps(row) + "\n\n", "utf-8")
    assert read_cases(path) == [KNOWN]


@pytest.mark.parametrize("line", ["{", "[]", "1", "null", '{"id": 1}', '{"id":1,"question":2,"answerable":1,"gold":3}'])
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "soal.jsonl"
    path.write_text("\n" + line, "utf-8")
    with pytest.raises(Invalid) as caught:
        read_cases(path)
    assert (caught.value.code, caught.value.values) == (Failure.QUESTIONS_DAMAGED, {"line": 2})


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        read_cases(tmp_path / "nichts.jsonl")
