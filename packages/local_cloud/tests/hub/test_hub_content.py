"""Conditional and partial requests for content."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from local_cloud.hub.byte_ranges import UnsatisfiableRange, parse_range
from local_cloud.testing import HubServer

SMALL = "/Team/detector/resolve/main/config.json"
LARGE = "/Team/detector/resolve/main/onnx/model_quantized.onnx"


pytestmark = pytest.mark.xdist_group("hub")


@pytest.fixture(params=["small", "stored"])
def url(request: pytest.FixtureRequest, hub: HubServer) -> str:
    """A file that the hub serves itself, and one that the storage origin serves."""
    if request.param == "small":
        return hub.url + SMALL
    return hub.request("HEAD", LARGE).headers["location"]


def test_whole(hub: HubServer, url: str) -> None:
    whole = hub.request("GET", url)
    assert whole.status == 200
    assert whole.headers["accept-ranges"] == "bytes"
    head = hub.request("HEAD", url)
    assert (head.status, head.body) == (200, b"")
    for name in ("etag", "content-length"):
        assert head.headers[name] == whole.headers[name]
    assert int(head.headers["content-length"]) == len(whole.body)


def test_parts(hub: HubServer, url: str) -> None:
    whole = hub.request("GET", url).body
    size = len(whole)
    for wanted, expected in (
        ("bytes=0-9", whole[:10]),
        ("bytes=100-", whole[100:]),
        ("bytes=-7", whole[-7:]),
        (f"bytes=5-{size * 2}", whole[5:]),
    ):
        answer = hub.request("GET", url, Range=wanted)
        assert (answer.status, answer.body) == (206, expected)
        start = whole.index(expected)
        end = start + len(expected) - 1
        assert answer.headers["content-range"] == f"bytes {start}-{end}/{size}"


def test_a_part_beyond_the_end_is_refused(hub: HubServer, url: str) -> None:
    size = len(hub.request("GET", url).body)
    answer = hub.request("GET", url, Range=f"bytes={size}-")
    assert (answer.status, answer.headers["content-range"]) == (416, f"bytes */{size}")


def test_unchanged_content_is_not_sent_again(hub: HubServer, url: str) -> None:
    etag = hub.request("HEAD", url).headers["etag"]
    answer = hub.request("GET", url, If_None_Match=etag)
    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
    assert hub.request("GET", url, If_None_Match='"other"').status == 200


def test_a_part_of_changed_content_is_not_sent(hub: HubServer, url: str) -> None:
    etag = hub.request("HEAD", url).headers["etag"]
    assert hub.request("GET", url, Range="bytes=0-1", If_Range=etag).status == 206
    assert hub.request("GET", url, Range="bytes=0-1", If_Range='"older"').status == 200


def test_resolve_names_the_commit(hub: HubServer) -> None:
    sha = hub.request("GET", "/api/models/Team/detector").json()["sha"]
    for path in (SMALL, LARGE):
        assert hub.request("HEAD", path).headers["x-repo-commit"] == sha
    missing = hub.request("HEAD", SMALL.replace("config", "absent"))
    assert (missing.status, missing.headers["x-error-code"]) == (404, "EntryNotFound")
    assert missing.headers["x-repo-commit"] == sha


@given(size=st.integers(0, 50), first=st.integers(0, 60), last=st.integers(0, 60))
def test_ranges_mean_what_slices_mean(size: int, first: int, last: int) -> None:
    content = bytes(range(size))
    expected = content[first : last + 1]
    if last < first:
        assert parse_range(f"bytes={first}-{last}", size) is None
    elif not expected:
        with pytest.raises(UnsatisfiableRange):
            parse_range(f"bytes={first}-{last}", size)
    else:
        part = parse_range(f"bytes={first}-{last}", size)
        assert part is not None
        assert content[part[0] : part[1] + 1] == expected


@pytest.mark.parametrize("header", [None, "", "bytes=-", "items=0-1", "bytes=0-1,4-5", "bytes=a-b"])
def test_what_is_no_single_range_means_everything(header: str | None) -> None:
    assert parse_range(header, 10) is None


def test_no_last_bytes_of_nothing() -> None:
    for header, size in (("bytes=-0", 10), ("bytes=-5", 0)):
        with pytest.raises(UnsatisfiableRange):
            parse_range(header, size)
