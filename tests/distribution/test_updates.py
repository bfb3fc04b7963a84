"""Who may do what with the channel, and what they are shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nexus_appliance.distribution import updates as updates_module
from nexus_appliance.distribution.updates import Updates
from nexus_appliance.errors import Failure, NexusError, NotAllowed
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from tests.distribution.conftest import School

CALLS: dict[str, tuple[set[str], Callable[[Updates, Caller], object]]] = {
    "channel": ({"teacher_here", "teacher_elsewhere", "admin", "technician", "operator"}, lambda u, c: u.channel(c)),
    "check_now": (
        {"teacher_here", "teacher_elsewhere", "admin", "technician", "operator"},
        lambda u, c: u.check_now(c),
    ),
    "stop": ({"teacher_here", "teacher_elsewhere", "admin", "technician", "operator"}, lambda u, c: u.stop(c)),
    "look": ({"operator"}, lambda u, c: u.look(c, Path("/nowhere"))),
    "sources": ({"teacher_here", "admin", "operator"}, lambda u, c: u.sources(c, "biologi_7")),
    "roll_back": ({"teacher_here", "admin", "operator"}, lambda u, c: u.roll_back(c, "biologi_7", "hewan")),
    "take_up": ({"teacher_here", "admin", "operator"}, lambda u, c: u.take_up(c, "biologi_7", "hewan")),
}


def test_the_table_names_every_call() -> None:
    assert set(CALLS) == {name for name in vars(Updates) if not name.startswith("_")}


@pytest.mark.parametrize("name", CALLS)
def test_each_call_is_allowed_to_those_in_the_table(school: School, people: dict[str, Caller], name: str) -> None:
    allowed, call = CALLS[name]
    for who, caller in people.items():
        try:
            call(school.updates, caller)
        except NotAllowed:
            assert who not in allowed
        except NexusError:
            assert who in allowed
        else:
            assert who in allowed


def test_a_server_without_a_channel_says_so(school: School) -> None:
    view = school.updates.channel(OPERATOR)
    assert (view.follows, view.due_at, view.checks, view.progress.stage) == (False, None, (), "")
    for call in (school.updates.check_now, school.updates.look):
        with pytest.raises(NexusError) as caught:
            call(OPERATOR)
        assert caught.value.code == Failure.CHANNEL_UNSET


def test_the_operator_looks_into_any_folder(school: School) -> None:
    school.publisher.publish(["Kucing mengeong."], "1.0.0")
    assert school.updates.look(OPERATOR, school.publisher.folder).installed == 1
    (check,) = school.updates.channel(OPERATOR).checks
    assert (check.installed, check.failure) == (1, None)


def test_others_only_into_sticks_that_were_found(
    school: School, person: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    technician = person(Role.TECHNICIAN)
    with pytest.raises(NexusError) as caught:
        school.updates.check_now(technician, school.publisher.folder)
    assert caught.value.code == Failure.CHANNEL_NONE
    monkeypatch.setattr(updates_module, "sticks", lambda: [school.publisher.folder])
    assert school.updates.channel(technician).sticks == (school.publisher.folder,)
    school.updates.check_now(technician, school.publisher.folder)
    with pytest.raises(NexusError) as caught:
        school.updates.check_now(technician, school.publisher.folder)
    assert caught.value.code == Failure.UPDATE_RUNNING


def test_a_source_nobody_offers(school: School) -> None:
    with pytest.raises(NexusError) as caught:
        school.updates.take_up(OPERATOR, "biologi_7", "hewan")
    assert caught.value.code == Failure.PACK_UNKNOWN
