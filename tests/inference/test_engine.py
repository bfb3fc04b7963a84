"""Many answers at once, with a real, small file."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from nexus_appliance.errors import Failure, Invalid
from nexus_appliance.inference import engine
from nexus_appliance.inference.grammar import grammar_of_schema
from nexus_appliance.inference.language_model import Settings, Writing, Written
from nexus_appliance.inference.local_model import LocalModel
from nexus_appliance.inference.prompt import Prompt
from tests.inference.models import SMALL, forget, loaded

SYSTEM = "You are a helpful teacher. Answer briefly."
PAGES = ["Water boils at one hundred degrees. " * 5, "The moon is made of rock. " * 6, "Plants need light. " * 9]
ROOM = 6


@pytest.fixture(scope="module")
def model() -> Iterator[LocalModel]:
    made = loaded(SMALL, context=384, sequences=ROOM, system=SYSTEM)
    yield made
    made.close()


def question(number: int) -> Prompt:
    return Prompt(SYSTEM, f"Question {number}: what does the page say" + " again" * (number % 5), (PAGES[number % 3],))


def run(model: LocalModel) -> tuple[dict[int, str], dict[int, Written]]:
    """Let everything that was added be written."""
    texts: dict[int, str] = {}
    told: dict[int, Written] = {}
    while model.busy:
        for number, step in model.step():
            assert number not in told, "nothing comes behind the end"
            if isinstance(step, Writing):
                texts[number] = texts.get(number, "") + step.text
            elif isinstance(step, Written):
                told[number] = step
    return texts, told


def alone(model: LocalModel, prompt: Prompt, settings: Settings) -> str:
    return "".join(step.text for step in model.generate(prompt, settings) if isinstance(step, Writing))


def test_together_they_write_what_each_writes_alone(model: LocalModel) -> None:
    forget(model)
    expected = [alone(model, question(number), Settings(6)) for number in range(ROOM)]
    forget(model)
    for number in range(ROOM):
        model.add(number, question(number), Settings(6))
    texts, told = run(model)
    # in one piece with others the last bits of the numbers differ: now and then another word is likelier
    assert sum(texts[number] == expected[number] for number in range(ROOM)) >= ROOM - 1
    assert {one.tokens for one in told.values()} <= set(range(7))


def test_what_is_shared_is_computed_once(model: LocalModel) -> None:
    forget(model)
    for number in range(ROOM):
        model.add(number, question(number), Settings(2))
    _, told = run(model)
    computed = sum(one.prompt_tokens - one.reused for one in told.values())
    cuts = [model._engine.cut(question(number)) for number in range(ROOM)]
    once = {key: len(key) // 4 for cut in cuts for key in cut.keys}
    own = sum(len(cut.tokens) - cut.ends[-3] for cut in cuts)
    system = cuts[0].ends[0]
    assert computed == own + sum(length - system for length in once.values() if length > system) + system


def test_those_who_fill_all_places_wait_for_nobody(model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "TOGETHER", 2)
    monkeypatch.setattr(engine, "PATIENCE", 60.0)
    forget(model)
    alone(model, question(0), Settings(1))
    for number in (0, 3, 6, 9, 1):  # all but the last one are about the page that is known by now
        model.add(number, question(number), Settings(2))
    for _ in range(20):
        model.step()
    assert not model.busy


def test_those_who_are_all_there_wait_for_nobody(model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "TOGETHER", 3)
    monkeypatch.setattr(engine, "PATIENCE", 60.0)
    forget(model)
    alone(model, question(0), Settings(1))
    for number in (0, 3, 6, 9):
        model.add(number, question(number), Settings(2))
    for _ in range(20):
        model.step()
    assert not model.busy


def test_they_join_and_leave_between_steps(model: LocalModel) -> None:
    for number in range(3):
        model.add(number, question(number), Settings(30))
    written: dict[int, int] = {}
    steps = 0
    while model.busy:
        for number, step in model.step():
            written[number] = written.get(number, 0) + isinstance(step, Writing)
        steps += 1
        if steps == 4:
            model.cancel(1)
            gone = written.get(1, 0)
            model.add(7, question(7), Settings(4))
    assert written.get(1, 0) == gone
    assert written[0] > 4
    assert written[7] >= 1


@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "cancel", "step"]), st.integers(0, 11), st.integers(1, 9)),
        max_size=40,
    )
)
@examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_coming_and_going_leaves_every_answer_whole(model: LocalModel, moves: list[tuple[str, int, int]]) -> None:
    alive: dict[int, int] = {}
    over: dict[int, Written] = {}

    def step() -> None:
        for number, came in model.step():
            assert number in alive
            if isinstance(came, Written):
                over[number] = came
                del alive[number]
        slots = sorted(work.slot for work in model._engine._writing)
        assert slots == list(range(len(slots)))

    for numbered, (move, which, tokens) in enumerate(moves):
        if move == "add" and len(alive) < ROOM:
            model.add(numbered, question(which), Settings(tokens))
            alive[numbered] = tokens
        elif move == "cancel" and alive:
            number = list(alive)[which % len(alive)]
            model.cancel(number)
            del alive[number]
        elif model.busy:
            step()
    while model.busy:
        step()
    assert not alive
    assert all(told.tokens <= moves[number][2] for number, told in over.items())


def test_an_answer_is_cut_at_its_deadline(model: LocalModel) -> None:
    model.add(1, question(1), Settings(100, deadline=0.4))
    model.add(2, question(2), Settings(3))
    _, told = run(model)
    assert told[1].reason == "cut"
    assert told[1].tokens < 100
    assert told[2].tokens <= 3


def test_what_may_be_asked_is_computed_while_nothing_is(model: LocalModel) -> None:
    forget(model)
    model.prepare(question(0))
    run(model)
    model.add(1, question(0), Settings(2))
    _, told = run(model)
    assert told[1].reused == model._engine.cut(question(0)).ends[-3]
    model._engine.prefixes._budget = 0
    model.prepare(question(1))
    assert run(model) == ({}, {})  # it does not go on for ever where there is no room
    forget(model)


SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"page": {"type": "integer"}, "sure": {"type": "boolean"}},
        "required": ["page", "sure"],
        "additionalProperties": False,
    }
)


def test_an_answer_of_a_given_form(model: LocalModel) -> None:
    model.add(1, question(1), Settings(60, schema=SCHEMA))
    model.add(2, question(2), Settings(8, grammar='root ::= "ya" | "tidak"'))
    model.add(3, question(3), Settings(60, schema=SCHEMA, temperature=1.5, seed=4))
    texts, told = run(model)
    assert set(json.loads(texts[1])) == {"page", "sure"}
    assert set(json.loads(texts[3])) == {"page", "sure"}
    assert texts[2] in ("ya", "tidak")
    assert told[2].reason == "stop"


@pytest.mark.parametrize("form", [{"schema": "{"}, {"schema": '{"type": 7}'}, {"grammar": "root := ="}])
def test_a_form_that_makes_no_sense_is_refused(model: LocalModel, form: dict[str, str]) -> None:
    with pytest.raises(Invalid) as error:
        model.add(1, question(1), Settings(5, **form))  # type: ignore[arg-type]
    assert error.value.code == Failure.GRAMMAR_INVALID
    assert not model.busy


def test_a_schema_is_a_grammar() -> None:
    assert grammar_of_schema(SCHEMA).startswith("root ::=") or "root ::=" in grammar_of_schema(SCHEMA)


def test_guesses_change_no_answer(model: LocalModel) -> None:
    copying = Prompt(SYSTEM, "Say it again: one two three four five six seven eight nine ten one two three four")
    expected = alone(model, copying, Settings(24))
    steps = len(list(model.generate(copying, Settings(24))))
    model._engine.guesses = 4
    again = alone(model, copying, Settings(24))
    assert again == expected
    assert steps > 0
    model._engine.guesses = 0
