"""Links work from a browser: regional host, one version, only the host signed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import boto3
import pytest

from common.model_index import Model
from model_urls.links import client_config, signer

BUCKET = "vis-assis-model-artifacts-production-123456789012"
ITEM = Model("upload", "depth/model.zip", "v/1+2", "etag", 3, "ab", "2026-01-01")


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def _link(region: str, seconds: int = 900) -> SplitResult:
    client: Any = boto3.client("s3", region_name=region, config=client_config())
    return urlsplit(signer(client, BUCKET, seconds)(ITEM))


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("us-east-1", "us-east-1.amazonaws.com"),
        ("eu-west-1", "eu-west-1.amazonaws.com"),
        ("ap-southeast-3", "ap-southeast-3.amazonaws.com"),
        ("us-gov-west-1", "us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_host_is_the_regions(region: str, suffix: str) -> None:
    assert _link(region)[:3] == ("https", f"{BUCKET}.s3.{suffix}", "/depth/model.zip")


def test_only_the_host_is_signed() -> None:
    query = parse_qs(_link("eu-west-1").query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    # S3 asks for the host and any x-amz-* header; everything else may be added unsigned
    # ("Authenticating Requests: Using Query Parameters" in the S3 API reference).
    assert query["X-Amz-SignedHeaders"] == ["host"]


def test_version_and_lifetime_are_in_the_link() -> None:
    query = parse_qs(_link("eu-west-1", seconds=1234).query)
    assert query["versionId"] == ["v/1+2"]
    assert query["X-Amz-Expires"] == ["1234"]


def test_a_custom_endpoint_by_address_is_used_with_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert _link("eu-west-1")[:3] == ("http", "127.0.0.1:4566", f"/{BUCKET}/depth/model.zip")


def test_a_link_is_handed_out_for_half_of_its_lifetime(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock that dates it: a monotonic one may stand still while Lambda freezes us."""
    seconds = [0.0]
    client: Any = boto3.client("s3", region_name="eu-west-1", config=client_config())
    signed: list[str] = []

    class Counting:
        def generate_presigned_url(self, *arguments: Any, **options: Any) -> str:
            signed.append(client.generate_presigned_url(*arguments, **options))
            return f"{signed[-1]}#{len(signed)}"

    monkeypatch.setattr("model_urls.links.monotonic", lambda: 0.0, raising=False)
    monkeypatch.setattr("model_urls.links.time", lambda: seconds[0])
    sign = signer(Counting(), BUCKET, 3600)
    first = sign(ITEM)
    seconds[0] = 1800
    assert sign(ITEM) == first
    assert sign(replace(ITEM, version_id="v2")) != first
    seconds[0] = 1801
    second = sign(ITEM)
    assert second != first
    seconds[0] = 1700
    assert sign(ITEM) != second, "the clock was set back"
    assert len(signed) == 4


def test_links_that_are_remembered_stay_few() -> None:
    client: Any = boto3.client("s3", region_name="eu-west-1", config=client_config())
    sign = signer(client, BUCKET, 3600)
    links = {sign(replace(ITEM, version_id=str(number))) for number in range(1100)}
    assert len(links) == 1100
