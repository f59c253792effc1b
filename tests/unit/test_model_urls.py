"""Which model GET /getmodelurl links to, and what its answer holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.http_api import Response, answered
from common.logging import build_logger
from model_urls import handler
from model_urls.links import client_config, signer
from model_urls.newest_models import NewestModels
from tests.unit.fakes.clock import Clock
from tests.unit.fakes.printed_metrics import printed_metrics
from tests.unit.fakes.s3_versions import FakeVersionedS3

BUCKET = "vis-assis-model-artifacts-production-123456789012"
SHA256 = "ab" * 32
TAGS = "model-package-arn=arn%3Aaws%3Asagemaker&model-package-version=3"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
LOG = StringIO()
LOGGER = build_logger(service="test-model-urls", stream=LOG)

SIGN = signer(
    boto3.client(
        "s3",
        region_name="eu-west-1",
        aws_access_key_id="ASIAEXAMPLE",
        aws_secret_access_key="example",
        config=client_config(1),
    ),
    BUCKET,
    3600,
)


class Production:
    """The production bucket and what the function answers about it."""

    def __init__(self, *types: str, page_size: int = 2) -> None:
        self.clock = Clock(START)
        self.s3 = FakeVersionedS3(self.clock, BUCKET, page_size=page_size)
        self.newest = NewestModels(self.s3, BUCKET, types or ("depth",), LOGGER)
        LOG.seek(0)
        LOG.truncate()

    def put(self, key: str, body: bytes = b"zip", **options: Any) -> str:
        """Version of the new object; a second later than the one before."""
        self.clock.advance()
        return str(self.s3.put_object(Bucket=BUCKET, Key=key, Body=body, **options)["VersionId"])

    def answer(self) -> Response:
        return answered(
            lambda: handler.respond(self.newest, SIGN, logger=LOGGER, function_name="link"),
            LOGGER,
            "link",
        )

    def body(self) -> Any:
        answer = self.answer()
        assert answer["statusCode"] == 200
        return json.loads(answer["body"])


def test_a_promoted_model_is_described_in_full() -> None:
    world = Production()
    version = world.put(
        "depth/model.zip", b"content", Tagging=TAGS, Metadata={"sha256": SHA256.upper()}
    )
    entry = world.body()["depth"]
    url = urlsplit(entry.pop("download_url"))
    assert entry == {
        "model_name": "model.zip",
        "ETag": "9a0364b9e99bb480dd25e1f0284c8555",
        "bytes": 7,
        "version": 3,
        "sha256": SHA256,
    }
    assert url.hostname == f"{BUCKET}.s3.eu-west-1.amazonaws.com"
    assert url.path == "/depth/model.zip"
    assert parse_qs(url.query)["versionId"] == [version]


def test_a_manual_upload_has_the_keys_of_the_contract_only() -> None:
    world = Production()
    world.put("depth/by hand+ü.zip", Metadata={"sha256": "not a digest"})
    entry = world.body()["depth"]
    assert sorted(entry) == ["ETag", "bytes", "download_url", "model_name"]
    assert entry["model_name"] == "by hand+ü.zip"
    assert urlsplit(entry["download_url"]).path == "/depth/by%20hand%2B%C3%BC.zip"


def test_types_without_a_model_are_absent() -> None:
    world = Production("depth", "tts", "vocoder")
    world.put("depth/readme.txt")
    world.put("depth-other/model.zip")
    world.put("tts/model.zip")
    world.put("vocoder/model.zip")
    world.s3.delete_object(Bucket=BUCKET, Key="vocoder/model.zip")
    assert list(world.body()) == ["tts"]


def test_no_model_at_all_is_an_empty_object() -> None:
    assert Production().body() == {}


def test_the_version_that_was_compared_is_linked_whatever_happens_meanwhile() -> None:
    world = Production()
    first = world.put("depth/model.zip", b"old", Tagging=TAGS, Metadata={"sha256": SHA256})
    world.s3.once_before("HeadObject", lambda _: world.put("depth/model.zip", b"new"))
    entry = world.body()["depth"]
    assert parse_qs(urlsplit(entry["download_url"]).query)["versionId"] == [first]
    assert (entry["bytes"], entry["version"], entry["sha256"]) == (3, 3, SHA256)
    assert world.body()["depth"]["ETag"] == "22af645d1859cb5ca6da0c484f1f37ea"


@pytest.mark.parametrize("operation", ["ListObjectVersions", "HeadObject", "GetObjectTagging"])
def test_a_failing_type_hides_no_other_and_is_counted(
    operation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world = Production("depth", "tts")
    world.put("depth/model.zip")
    world.put("tts/model.zip")
    world.s3.inject(
        operation,
        "SlowDown",
        when=lambda call: str(call.get("Key") or call["Prefix"]).startswith("depth/"),
    )
    assert list(world.body()) == ["tts"]
    entries = [json.loads(line) for line in LOG.getvalue().splitlines()]
    (failure,) = [entry for entry in entries if entry["level"] == "ERROR"]
    assert failure["type"] == "depth"
    assert "SlowDown" in failure["reason"]
    assert printed_metrics(capsys.readouterr().out) == {("FailedModelTypes", "link"): 1}
    assert list(world.body()) == ["depth", "tts"]


def test_503_when_nothing_could_be_looked_up(capsys: pytest.CaptureFixture[str]) -> None:
    world = Production("depth", "tts")
    world.s3.inject("ListObjectVersions", "InternalError", times=2)
    answer = world.answer()
    assert answer["statusCode"] == 503
    assert answer["headers"]["Retry-After"] == "5"
    assert json.loads(answer["body"]) == {"message": "No model could be looked up; try again."}
    assert printed_metrics(capsys.readouterr().out) == {("FailedModelTypes", "link"): 2}
    assert world.answer()["statusCode"] == 200
    assert capsys.readouterr().out == ""


def test_links_are_neither_cached_nor_logged() -> None:
    world = Production()
    world.put("depth/model.zip")
    assert world.answer()["headers"]["Cache-Control"] == "no-store"
    assert "depth/model.zip" in LOG.getvalue()
    assert "X-Amz" not in LOG.getvalue()


def _note(world: Production, **other: Any) -> None:
    """What promotion notes of the object that is there."""
    stored = world.s3.head_object(Bucket=BUCKET, Key="depth/model.zip")
    showing = {
        "handed_over_by": "registry",
        "key": "depth/model.zip",
        "version": 7,
        "sha256": "cd" * 32,
        "version_id": stored["VersionId"],
    }
    body = json.dumps({"schema": 1, "showing": showing | other}).encode()
    world.s3.put_object(Bucket=BUCKET, Key="promotions/depth.json", Body=body)


def test_a_note_of_promotion_counts_for_the_version_that_it_names_only() -> None:
    world = Production()
    world.put("depth/model.zip", b"one", Tagging=TAGS, Metadata={"sha256": SHA256})
    _note(world)
    fresh = NewestModels(world.s3, BUCKET, ("depth",), LOGGER)
    origin = fresh.find()[0]["depth"].origin
    assert (origin.version, origin.sha256, origin.promoted) == (7, "cd" * 32, True)

    world.put("depth/model.zip", b"one", Metadata={"sha256": SHA256})
    origin = fresh.find()[0]["depth"].origin
    assert (origin.version, origin.sha256, origin.promoted) == (None, SHA256, False)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b'{"showing": null}',
        b'{"showing": {}}',
        b'{"showing": {"handed_over_by": "registry", "key": "k", "version": 1, "sha256": null}}',
        b"\xff",
    ],
)
def test_a_record_that_says_nothing_keeps_no_model_back(content: bytes) -> None:
    world = Production()
    world.put("depth/model.zip", Tagging=TAGS)
    world.s3.put_object(Bucket=BUCKET, Key="promotions/depth.json", Body=content)
    assert world.body()["depth"]["version"] == 3


@pytest.mark.parametrize("odd", [{"version": "7"}, {"version": None}, {"sha256": "short"}])
def test_what_is_odd_in_a_record_counts_as_unknown(odd: dict[str, Any]) -> None:
    world = Production()
    world.put("depth/model.zip", b"zip")
    _note(world, **odd)
    world.newest = NewestModels(world.s3, BUCKET, ("depth",), LOGGER)
    assert not set(odd) & set(world.body()["depth"])


def test_a_record_that_cannot_be_read_is_told_and_keeps_no_model_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = Production()
    world.put("depth/model.zip", Tagging=TAGS)
    world.s3.inject("GetObject", "AccessDenied")
    assert world.body()["depth"]["version"] == 3
    warning = json.loads(LOG.getvalue().splitlines()[0])
    assert (warning["level"], warning["type"]) == ("WARNING", "depth")
    assert "AccessDenied" in warning["reason"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("first", "second", "seconds", "winner"),
    [
        (("a", TAGS), ("b", ""), 0, "a"),
        (("a", ""), ("b", TAGS), 0, "b"),
        (("b", TAGS), ("a", TAGS), 0, "b"),
        (("b", ""), ("a", ""), 0, "b"),
        (("b", TAGS), ("a", ""), 1, "a"),
        (("b", ""), ("a", TAGS), 1, "a"),
    ],
)
def test_later_goes_before_promoted_and_that_before_the_greater_key(
    first: tuple[str, str], second: tuple[str, str], seconds: int, winner: str
) -> None:
    world = Production()
    for (name, tagging), pause in ((first, 0.2), (second, seconds + 0.2)):
        world.clock.advance(pause)
        world.s3.put_object(Bucket=BUCKET, Key=f"depth/{name}.zip", Body=b"zip", Tagging=tagging)
    assert world.body()["depth"]["model_name"] == f"{winner}.zip"


UPLOAD = st.tuples(
    st.sampled_from(["a.zip", "b.zip", "c.zip", "deep/d.zip", "notes.txt", "e.ZIP"]),
    st.sampled_from([0, 0, 1]),
    st.sampled_from(["", TAGS]),
)


@given(st.lists(UPLOAD, max_size=6), st.integers(1, 4))
def test_the_rule_holds_for_any_uploads(uploads: list[Any], page_size: int) -> None:
    world = Production(page_size=page_size)
    shown: dict[str, tuple[datetime, bool, str]] = {}
    for name, seconds, tagging in uploads:
        now = world.clock.advance(seconds)
        world.s3.put_object(Bucket=BUCKET, Key=f"depth/{name}", Body=b"zip", Tagging=tagging)
        if name.endswith(".zip"):
            shown[name] = (now, bool(tagging), name)
    body = world.body()
    if not shown:
        assert body == {}
        return
    expected = max(shown.values())[2]
    assert urlsplit(body["depth"]["download_url"]).path == f"/depth/{expected}"
