import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.uploads import Arrival, Upload, arrivals, upload_of

KEY = "uploads/pusat/fisika_12/fisika-dasar.pdf"


def test_an_upload_says_what_it_is() -> None:
    metadata = {"grade": "12", "semester": "2", "title": quote("Fisika Dasar: gaya & gerak"), "licence": "CC BY 4.0"}
    upload = upload_of(KEY, metadata)
    assert upload == Upload("pusat", "fisika_12", "fisika-dasar", "Fisika Dasar: gaya & gerak", 12, 2, "CC BY 4.0", "")
    assert upload.status_path == "status/pusat/fisika_12/fisika-dasar.json"
    assert upload_of(KEY, {"grade": "1"}).title == "fisika-dasar"


@pytest.mark.parametrize(
    ("key", "metadata"),
    [
        ("uploads/fisika_12/a.pdf", {"grade": "12"}),
        ("uploads/pusat/fisika_12/a/b.pdf", {"grade": "12"}),
        ("other/pusat/fisika_12/a.pdf", {"grade": "12"}),
        ("uploads/pusat/fisika_12/a.exe", {"grade": "12"}),
        ("uploads/pusat/fisika_12/.pdf", {"grade": "12"}),
        ("uploads/pusat/fisika_12/..pdf", {"grade": "12"}),
        ("uploads/../fisika_12/a.pdf", {"grade": "12"}),
        ("uploads/pusat/fisika_12/con.pdf", {"grade": "12"}),
        (KEY, {}),
        (KEY, {"grade": "13"}),
        (KEY, {"grade": "zwölf"}),
        (KEY, {"grade": "12", "semester": "3"}),
    ],
)
def test_anything_else_is_none(key: str, metadata: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        upload_of(key, metadata)


@given(st.text(min_size=1, max_size=40))
def test_keys_arrive_as_they_are_from_both_kinds_of_event(key: str) -> None:
    bridge = {"detail": {"bucket": {"name": "raw"}, "object": {"key": key, "version-id": "v"}}}
    notice = {"Records": [{"s3": {"bucket": {"name": "raw"}, "object": {"key": quote_plus(key), "versionId": "v"}}}]}
    for event in (bridge, notice):
        assert list(arrivals(json.dumps(event))) == [Arrival("raw", key, "v")]


def test_a_test_event_tells_of_nothing() -> None:
    assert list(arrivals('{"Service": "Amazon S3", "Event": "s3:TestEvent"}')) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Records", "detail", "s3", "object"]), inner)
    ),
)


@given(JSON)
def test_other_messages_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(arrivals(json.dumps(value))) or pytest.fail("nothing was told")  # an empty list of records tells nothing


def test_identities_tell_versions_apart() -> None:
    assert Arrival("b", "k", "1").identity != Arrival("b", "k", "2").identity
