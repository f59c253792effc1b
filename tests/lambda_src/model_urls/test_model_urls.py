"""What GET /getmodelurl answers, and what it reads for that."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from common.http_api import Response, answered
from common.logging import build_logger
from common.model_index import INDEX_KEY, Entry, Model
from model_urls import handler
from model_urls.handler import Tools
from model_urls.index_reader import IndexReader
from model_urls.links import client_config, signer
from tests.fakes.clock import Clock
from tests.fakes.indexes import dump
from tests.fakes.printed_metrics import printed_metrics
from tests.fakes.s3 import FakeS3

BUCKET = "vis-assis-model-artifacts-production-123456789012"
LOG = StringIO()
LOGGER = build_logger(service="test-model-urls", stream=LOG)
SIGN = signer(
    boto3.client(
        "s3",
        region_name="eu-west-1",
        aws_access_key_id="ASIAEXAMPLE",
        aws_secret_access_key="example",
        config=client_config(),
    ),
    BUCKET,
    3600,
)
PROMOTED = Model(
    origin="registry",
    key="depth/served/v3-abababababab/model.zip",
    version_id="v1",
    etag="9a0364b9e99bb480dd25e1f0284c8555",
    bytes=7,
    sha256="ab" * 32,
    since="2026-01-01T00:00:00+00:00",
    version=3,
    package_arn="arn:aws:sagemaker:eu-west-1:123456789012:model-package/depth/3",
    repository="onnx-community/depth",
    revision="c" * 40,
    licence="MIT",
)
UPLOADED = replace(
    PROMOTED,
    origin="upload",
    key="tts/served/upload-abababababab/by hand+ü.zip",
    version=None,
    package_arn=None,
    repository=None,
    revision=None,
    licence=None,
    uploaded_key="tts/by hand+ü.zip",
)


class Production:
    """The production bucket, and a function that has just started."""

    def __init__(self, *types: str, **models: Model | None) -> None:
        self.s3 = FakeS3(Clock(), BUCKET)
        self.tools = Tools(IndexReader(self.s3, BUCKET, INDEX_KEY), types or ("depth", "tts"), SIGN)
        self.write(**models)
        self.s3.history.clear()
        LOG.seek(0)
        LOG.truncate()

    def write(self, **models: Model | None) -> None:
        body = dump({kind: Entry(1, model) for kind, model in models.items()})
        self.s3.put_object(Bucket=BUCKET, Key=INDEX_KEY, Body=body)

    def answer(self) -> Response:
        return answered(lambda: handler.respond_zips(self.tools, LOGGER), LOGGER, "link")

    def body(self) -> Any:
        answer = self.answer()
        assert answer["statusCode"] == 200
        return json.loads(answer["body"])


def test_a_promoted_model_is_described_in_full() -> None:
    entry = Production(depth=PROMOTED).body()["depth"]
    url = urlsplit(entry.pop("download_url"))
    assert entry == {
        "model_name": "model.zip",
        "ETag": PROMOTED.etag,
        "bytes": 7,
        "version": 3,
        "sha256": PROMOTED.sha256,
        "origin": "registry",
        "repository": "onnx-community/depth",
        "revision": "c" * 40,
        "licence": "MIT",
    }
    assert url.hostname == f"{BUCKET}.s3.eu-west-1.amazonaws.com"
    assert url.path == f"/{PROMOTED.key}"
    assert parse_qs(url.query)["versionId"] == ["v1"]


def test_an_upload_says_so_and_nothing_that_it_does_not_know() -> None:
    entry = Production(tts=UPLOADED).body()["tts"]
    assert sorted(entry) == ["ETag", "bytes", "download_url", "model_name", "origin", "sha256"]
    assert (entry["model_name"], entry["origin"]) == ("by hand+ü.zip", "upload")
    path = "/tts/served/upload-abababababab/by%20hand%2B%C3%BC.zip"
    assert urlsplit(entry["download_url"]).path == path


def test_types_without_a_model_or_outside_the_catalogue_are_absent() -> None:
    world = Production("depth", "tts", depth=PROMOTED, tts=None, gone=PROMOTED)
    assert list(world.body()) == ["depth"]


def test_no_model_at_all_is_an_empty_object() -> None:
    assert Production().body() == {}


@pytest.mark.parametrize("types", [1, 5, 50])
def test_one_read_whatever_the_number_of_types(types: int) -> None:
    names = [f"type-{number}" for number in range(types)]
    world = Production(*names, **dict.fromkeys(names, PROMOTED))
    for _ in range(3):
        assert len(world.body()) == types
    reads = [(operation, call["Key"]) for operation, call in world.s3.history]
    assert reads == [("GetObject", INDEX_KEY)] * 3


def test_an_unchanged_index_is_not_sent_again_and_a_changed_one_is_seen_at_once() -> None:
    world = Production(depth=PROMOTED)
    before = world.body()
    assert world.body() == before
    world.write(depth=replace(PROMOTED, etag="other"))
    assert world.body()["depth"]["ETag"] == "other"
    world.write(depth=None)
    assert world.body() == {}


@pytest.mark.parametrize(
    ("error", "faults"),
    [("AccessDenied", 1), ("NoSuchKey", 1), ("SlowDown", 0), ("InternalError", 0)],
)
def test_503_when_the_index_cannot_be_read(
    error: str, faults: int, capsys: pytest.CaptureFixture[str]
) -> None:
    world = Production(depth=PROMOTED)
    world.body()
    world.s3.inject("GetObject", error)
    answer = world.answer()
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "5")
    assert "try again" in json.loads(answer["body"])["message"]
    expected = {("Faults", "link"): 1} if faults else {}
    assert printed_metrics(capsys.readouterr().out) == expected
    assert error in LOG.getvalue()
    assert list(world.body()) == ["depth"]


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"schema": 1, "types": 3}'])
def test_a_broken_index_is_a_fault(content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    world = Production(depth=PROMOTED)
    world.s3.put_object(Bucket=BUCKET, Key=INDEX_KEY, Body=content)
    assert world.answer()["statusCode"] == 503
    assert printed_metrics(capsys.readouterr().out) == {("Faults", "link"): 1}
    world.write(depth=PROMOTED)
    assert list(world.body()) == ["depth"]


def test_links_are_neither_cached_nor_logged() -> None:
    world = Production(depth=PROMOTED)
    assert world.answer()["headers"]["Cache-Control"] == "no-store"
    line = json.loads(LOG.getvalue())
    assert (line["models"], line["bytes"]) == ({"depth": PROMOTED.key}, PROMOTED.bytes)
    assert "X-Amz" not in LOG.getvalue()
