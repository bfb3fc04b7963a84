"""The page that a window shows while the server starts."""

import json
import threading
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from nexus_appliance.operations import waiting_room as rooms
from nexus_appliance.operations.waiting_room import waiting_room


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


def news_at(url: str) -> Any:
    return json.loads(read(f"{url}/news"))


def test_it_tells_where_the_server_is_and_waits_until_that_was_read() -> None:
    told: list[str] = []

    def page() -> None:
        while not (found := news_at(url)["url"]):
            time.sleep(0.05)
        told.append(found)

    with waiting_room("Server sedang dinyalakan <b>", "id") as (url, news):
        text = read(url)
        assert '<html lang="id">' in text
        assert "Server sedang dinyalakan &lt;b&gt;" in text
        assert news_at(url) == {"url": "", "failure": ""}
        reader = threading.Thread(target=page)
        reader.start()
        news.url = "http://localhost:8080/konsol"
    reader.join()
    assert told == ["http://localhost:8080/konsol"]


def test_only_its_own_address_answers() -> None:
    with waiting_room("...", "id") as (url, news):
        for wrong in (url.rpartition("/")[0] + "/", url[:-1], url + "x/news"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                read(wrong)
        assert not news.heard.is_set()
        news.failure = "Server tidak bisa dinyalakan."
        assert news_at(url)["failure"] == "Server tidak bisa dinyalakan."


def test_a_window_that_was_closed_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "LAST_LOOK", 0.1)
    begun = time.monotonic()
    with waiting_room("...", "id") as (_url, news):
        news.url = "http://localhost"
    assert time.monotonic() - begun < 5
