import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from nexus_appliance.distribution import following
from nexus_appliance.distribution.following import BACKOFF_LIMIT, HOUR, JITTER, Following, hours_of, pause
from nexus_appliance.errors import Failure, Invalid, NexusError, Unavailable
from nexus_appliance.school.callers import OPERATOR
from tests.distribution.conftest import School
from tests.distribution.servers import web_server


def until(condition: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.01)


def follow(school: School, **settings: object) -> Following:
    """The thread, with these settings, due at once."""
    config = replace(school.config, **settings)  # type: ignore[arg-type]
    made = Following(
        config, school.database, school.looking, school.following.progress, school.library.require_room, school.cloud
    )
    made._due = 0.0
    return made


def test_it_looks_by_itself_and_then_rests(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "utc_now", lambda: school.publisher.now)
    school.publisher.publish(["Kucing mengeong."], "1.0.0")
    with web_server(school.publisher.folder) as url:
        thread = follow(school, channel_url=url)
        thread.start()
        until(lambda: school.answers("kucing"))
        until(lambda: thread.due_in > HOUR - JITTER - 60)
        assert thread.due_in < HOUR + JITTER
        school.publisher.publish(["Kucing mengeong.", "Sapi melenguh."], "1.1.0")
        thread.want()
        until(lambda: "Sapi melenguh." in school.answers("sapi"))
        thread.close()


def test_being_offline_is_tried_again_more_and_more_rarely(school: School) -> None:
    thread = follow(school, channel_url="http://127.0.0.1:9")
    thread.start()
    until(lambda: thread.due_in > 0)
    assert 200 < thread.due_in < 400
    thread.close()
    assert school.updates.channel(OPERATOR).checks[0].failure == Failure.CHANNEL_UNREACHABLE


def test_the_pauses() -> None:
    assert all(HOUR - JITTER <= pause(0) <= HOUR + JITTER for _ in range(100))
    assert [round(pause(n) / 300) for n in (1,)] == [1]
    assert all(pause(n) < 1.3 * BACKOFF_LIMIT for n in range(1, 2000, 100))
    assert pause(3) > pause(1)


def test_a_stick_can_be_asked_for_without_a_channel(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "utc_now", lambda: school.publisher.now)
    school.publisher.publish(["Kucing mengeong."], "1.0.0")
    thread = follow(school)
    thread.start()
    thread.want(school.publisher.folder)
    until(lambda: school.answers("kucing"))
    thread.close()


def test_outside_its_hours_it_waits_to_be_asked(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Following, "is_time", lambda self: False)
    thread = follow(school, channel_url="http://127.0.0.1:9")
    assert thread._round() > 0
    assert school.updates.channel(OPERATOR).checks == ()
    thread.want()
    thread._round()
    assert len(school.updates.channel(OPERATOR).checks) == 1


def test_stopping_ends_a_look_and_closing_ends_the_thread(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "utc_now", lambda: school.publisher.now)
    school.publisher.publish([f"Hewan nomor {n}." for n in range(50)], "1.0.0")
    reached, go_on = threading.Event(), threading.Event()
    whole = school.publisher.folder / "packs/biologi_7/hewan/1.0.0.vkp"

    def wait(handler: object, path: str) -> bool:
        if path.endswith(whole.name):
            reached.set()
            go_on.wait(20)
        return False

    with web_server(school.publisher.folder, wait) as url:
        thread = follow(school, channel_url=url)
        thread.start()
        assert reached.wait(20)
        thread.stop()
        with pytest.raises(Unavailable) as caught:
            thread.look()
        assert caught.value.code == Failure.UPDATE_STOPPED
        go_on.set()
        until(lambda: school.updates.channel(OPERATOR).checks[0].failure == Failure.UPDATE_STOPPED)
        thread.want()
        until(lambda: school.answers("hewan"))
        thread.close()


def test_a_look_waits_for_the_one_under_way(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "utc_now", lambda: school.publisher.now)
    school.publisher.publish(["Kucing itu hewan."], "1.0.0")
    reached, go_on = threading.Event(), threading.Event()

    def wait(handler: object, path: str) -> bool:
        if path.endswith(".vkp") and not reached.is_set():
            reached.set()
            go_on.wait(20)
        return False

    with web_server(school.publisher.folder, wait) as url, ThreadPoolExecutor(1) as pool:
        thread = follow(school, channel_url=url)
        thread.start()
        assert reached.wait(20)
        second = pool.submit(thread.look)
        time.sleep(2 * following.WAIT)
        assert not second.done()
        go_on.set()
        outcome = second.result(20)
        thread.close()
    assert (outcome.installed, outcome.failed) == (0, 0)
    assert school.answers("hewan")


def test_settings_that_cannot_be(school: School, tmp_path: Path) -> None:
    for settings in ({"channel_url": "ftp://x"}, {"channel_hours": "8"}):
        with pytest.raises(Invalid) as caught:
            follow(school, **settings)
        assert caught.value.code == Failure.SETTING_INVALID
    thread = follow(school, channel_url="http://127.0.0.1:9", channel_root=str(tmp_path / "gone"))
    assert not thread.follows
    for call in (thread.want, thread.look):
        with pytest.raises(Unavailable) as missing:
            call()
        assert missing.value.code == Failure.CHANNEL_UNSET


@pytest.mark.parametrize(
    ("text", "hours"),
    [("", set()), ("20-6", {20, 21, 22, 23, *range(6)}), ("0-24", set(range(24))), ("8-9", {8}), ("22-0", {22, 23})],
)
def test_windows(text: str, hours: set[int]) -> None:
    assert hours_of(text) == hours


@pytest.mark.parametrize("text", ["8", "8-8", "24-3", "a-b", "-", "8-25", "1-2-3", "-1-5"])
def test_other_windows_are_refused(text: str) -> None:
    with pytest.raises(NexusError):
        hours_of(text)
