"""Links of GET /getmodelurl against S3 with permissions: what a browser does with them."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from io import StringIO
from typing import Any

import boto3
import pytest

from common.http_api import HttpError
from common.logging import build_logger
from common.model_index import INDEX_KEY, Entry, Model, dump
from local_cloud import LocalCloud
from model_urls import handler
from model_urls.handler import Tools
from model_urls.index_reader import IndexReader
from model_urls.links import client_config, signer

Clients = Callable[..., Any]
LOGGER = build_logger(service="test-links-served", stream=StringIO())
CONTENT = b"0123456789"


@pytest.fixture
def bucket(client: Clients, unique: str) -> str:
    s3 = client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=unique, VersioningConfiguration={"Status": "Enabled"})
    return unique


def _tools(cloud: LocalCloud, role_arn: str, bucket: str, *types: str) -> Tools:
    keys = cloud.control("credentials", {"role_arn": role_arn})
    s3 = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
        config=client_config(),
    )
    return Tools(IndexReader(s3, bucket, INDEX_KEY), types, signer(s3, bucket, 300))


def _statements(bucket: str, *kinds: str) -> list[dict[str, Any]]:
    """As docs/api.md lists them."""
    arn = f"arn:aws:s3:::{bucket}"
    return [
        {"Action": "s3:GetObject", "Resource": f"{arn}/{INDEX_KEY}"},
        {"Action": "s3:GetObjectVersion", "Resource": [f"{arn}/{kind}/*" for kind in kinds]},
    ]


def _write_index(s3: Any, bucket: str, **models: Model | None) -> None:
    body = dump({kind: Entry(1, model) for kind, model in models.items()})
    s3.put_object(Bucket=bucket, Key=INDEX_KEY, Body=body)


def _served(s3: Any, bucket: str, key: str) -> Model:
    stored = s3.put_object(Bucket=bucket, Key=key, Body=CONTENT)
    etag = stored["ETag"].strip('"')
    return Model("upload", key, stored["VersionId"], etag, len(CONTENT), "a" * 64, "2026-01-01")


def _get(url: str, **headers: str) -> tuple[int, bytes, Message]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, headers=sent)  # noqa: S310 - the local cloud's address
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def test_a_link_revalidates_and_outlives_a_promotion(
    cloud: LocalCloud, client: Clients, make_role: Callable[..., str], bucket: str
) -> None:
    s3 = client("s3")
    model = _served(s3, bucket, "depth/served/v4-ab/model a+b.zip")
    _write_index(s3, bucket, depth=model)
    tools = _tools(cloud, make_role("lambda", *_statements(bucket, "depth")), bucket, "depth")
    assert tools.index.read() == {"depth": Entry(1, model)}
    assert tools.index.read() == {"depth": Entry(1, model)}, "S3 answers 304"
    url = tools.sign(model)

    s3.put_object(Bucket=bucket, Key=model.key, Body=b"a newer model")
    s3.delete_object(Bucket=bucket, Key=model.key)
    status, body, headers = _get(url)
    assert (status, body) == (200, CONTENT)
    assert headers["ETag"].strip('"') == model.etag
    assert _get(url, If_None_Match=headers["ETag"])[0] == 304
    assert _get(url.replace("versionId=", "versionId=x"))[0] == 403
    _write_index(s3, bucket, depth=None)
    assert tools.index.read() == {"depth": Entry(1, None)}


@pytest.mark.parametrize("statements", ["none", "without an index"])
def test_an_index_that_is_denied_or_missing_is_503(
    cloud: LocalCloud,
    client: Clients,
    make_role: Callable[..., str],
    bucket: str,
    statements: str,
) -> None:
    if statements == "none":
        _write_index(client("s3"), bucket)
    granted = [] if statements == "none" else _statements(bucket, "depth")
    tools = _tools(cloud, make_role("lambda", *granted), bucket, "depth")
    with pytest.raises(HttpError, match="try again") as refused:
        handler.respond(tools, LOGGER)
    assert (refused.value.status, refused.value.fault) == (503, True)
