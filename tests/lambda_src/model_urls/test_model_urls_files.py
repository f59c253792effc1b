"""GET /models: the index as it is, and links to just the files that the caller lacks."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from common.model_index import INDEX_KEY, Entry, File, Model
from model_urls import handler
from model_urls.delivery import MOST_LINKS, Wanted, answer
from tests.fakes.indexes import dump, file
from tests.lambda_src.model_urls.test_model_urls import BUCKET, LOG, LOGGER, PROMOTED, Production
from tests.lambda_src.model_urls.test_model_urls_handler import context

SHARED = "f" * 64


def files(kind: int, count: int) -> tuple[File, ...]:
    own = [file(f"{number}.json", f"{kind:032x}{number:032x}") for number in range(count)]
    return (*own, file("vocabulary.json", SHARED))


def model(kind: int, count: int = 2) -> Model:
    return replace(PROMOTED, files=files(kind, count))


ENTRIES = {
    "depth": Entry(12, model(1)),
    "tts": Entry(3, model(2)),
    "vocoder": Entry(5, None),
    "gone": Entry(1, model(3)),
}
CATALOGUE = ("depth", "tts", "vocoder")


def ask(query: dict[str, str] | None, entries: dict[str, Entry] | None = None) -> Any:
    """The answer of the function to the gateway's event."""
    production = Production(*CATALOGUE)
    body = dump(ENTRIES if entries is None else entries)
    production.s3.put_object(Bucket=BUCKET, Key=INDEX_KEY, Body=body)
    event = {"routeKey": "GET /models", "queryStringParameters": query}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handler, "tools", lambda: production.tools)
        found = handler.handle(event, context())
    assert found["headers"]["Cache-Control"] == "no-store"
    if found["statusCode"] == 200:
        parsed = json.loads(found["body"])
        assert list(parsed) == ["index", "links", "next"]
        assert parsed["index"] == json.loads(body)
        assert all(url.startswith("https://") for url in parsed["links"].values())
        assert all(f"/files/{sha256}?" in url for sha256, url in parsed["links"].items())
    return found


def linked(query: dict[str, str] | None) -> set[str]:
    return set(json.loads(ask(query)["body"])["links"])


def of(*kinds: int) -> set[str]:
    return {item.sha256 for kind in kinds for item in files(kind, 2)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (None, of(1, 2)),
        ({"types": "", "have": "", "page": ""}, of(1, 2)),
        ({"types": "depth"}, of(1)),
        ({"types": "tts,gone,unknown,vocoder"}, of(2)),
        ({"have": "depth:12"}, of(2)),
        ({"have": "depth:12,tts:3"}, set()),
        ({"have": "depth:11,unknown:7,vocoder:5"}, of(1, 2)),
        ({"types": "depth", "have": "tts:3", "extra": "x"}, of(1)),
        ({"page": "f" * 64}, set()),
    ],
)
def test_links_are_those_that_the_caller_lacks(query: dict[str, str], expected: set[str]) -> None:
    assert linked(query) == expected


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("types", [",", "depth,", "a:b"]),
        (
            "have",
            ["depth", "depth:", "depth:-1", "depth:1,", ":1", "depth:" + "9" * 19, "a:\u0661"],
        ),
        ("page", ["2", "F" * 64, "f" * 65]),
    ],
)
def test_a_malformed_parameter_is_named(name: str, values: list[str]) -> None:
    for value in values:
        refused = ask({name: value})
        assert refused["statusCode"] == 400
        assert f"parameter {name} is malformed" in json.loads(refused["body"])["message"]


@given(
    counts=st.lists(st.integers(0, 250), min_size=1, max_size=3),
    have=st.sets(st.integers(0, 2)),
)
@settings(max_examples=60)
def test_pages_give_each_link_once(counts: list[int], have: set[int]) -> None:
    entries = {str(kind): Entry(1, model(kind, count)) for kind, count in enumerate(counts)}
    wanted = Wanted(have={str(kind): 1 for kind in have})
    models = [entry.model for kind, entry in entries.items() if wanted.lacks(kind, entry)]
    lacking = [each for each in models if each is not None]
    found: list[str] = []
    after = ""
    while True:
        page = answer({}, lacking, after, lambda stored: stored.key)
        assert len(page["links"]) <= MOST_LINKS
        found += page["links"]
        if page["next"] is None:
            break
        assert len(page["links"]) == MOST_LINKS
        after = page["next"]
    expected = [files(kind, count) for kind, count in enumerate(counts) if kind not in have]
    assert sorted(found) == sorted({item.sha256 for each in expected for item in each})


@pytest.mark.parametrize(
    ("accepted", "is_smaller"),
    [
        ("br, gzip;q=0.8", True),
        ("GZip , br", True),
        ("gzip; q=1.000", True),
        ("br", False),
        ("gzip;q=0, br", False),
        ("br,gzip; q=0.000", False),
        ("x-gzip", False),
    ],
)
def test_an_answer_is_compressed_for_those_who_read_gzip(accepted: str, is_smaller: bool) -> None:
    production = Production(*CATALOGUE)
    production.s3.put_object(Bucket=BUCKET, Key=INDEX_KEY, Body=dump(ENTRIES))
    event = {"routeKey": "GET /models", "headers": {"accept-encoding": accepted}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handler, "tools", lambda: production.tools)
        found = handler.handle(event, context())
        plain = handler.handle({**event, "headers": {}}, context())["body"]
    if is_smaller:
        assert found["headers"]["Content-Encoding"] == "gzip"
        sent = base64.b64decode(found["body"])
        assert len(sent) < len(plain) / 2
        assert gzip.decompress(sent).decode() == plain
    assert found["isBase64Encoded"] is is_smaller


def test_nothing_is_served_yet() -> None:
    assert json.loads(ask(None, {})["body"])["links"] == {}


def test_without_an_index_it_is_503() -> None:
    production = Production()
    production.s3.delete_object(Bucket=BUCKET, Key=INDEX_KEY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handler, "tools", lambda: production.tools)
        refused = handler.handle({"routeKey": "GET /models"}, context())
    assert (refused["statusCode"], refused["headers"]["Retry-After"]) == (503, "5")


def test_links_are_not_logged() -> None:
    production = Production("depth", depth=replace(model(1), correlation_id="abc123def456"))
    handler.respond_files(production.tools, {}, LOGGER)
    line = json.loads(LOG.getvalue())
    assert (line["files"], line["bytes"]) == (3, 3 * files(1, 1)[0].stored.bytes)
    assert line["correlation_ids"] == ["abc123def456"]
    assert "X-Amz" not in LOG.getvalue()
