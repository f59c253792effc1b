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
from local_cloud import LocalCloud
from model_urls import handler
from model_urls.links import Sign, client_config, signer
from model_urls.newest_models import NewestModels

Clients = Callable[..., Any]
LOGGER = build_logger(service="test-links-served", stream=StringIO())
CONTENT = b"0123456789"


@pytest.fixture
def bucket(client: Clients, unique: str) -> str:
    s3 = client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=unique, VersioningConfiguration={"Status": "Enabled"})
    return unique


def _links(
    cloud: LocalCloud, role_arn: str, bucket: str, types: tuple[str, ...]
) -> tuple[NewestModels, Sign]:
    keys = cloud.control("credentials", {"role_arn": role_arn})
    s3 = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
        config=client_config(4),
    )
    newest = NewestModels(s3, bucket, types, LOGGER)
    return newest, signer(s3, bucket, 300)


def _statements(bucket: str, kind: str) -> list[dict[str, Any]]:
    """As docs/api.md lists them."""
    return [
        {
            "Action": "s3:ListBucketVersions",
            "Resource": f"arn:aws:s3:::{bucket}",
            "Condition": {"StringLike": {"s3:prefix": f"{kind}/"}},
        },
        {"Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"},
        {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/promotions/{kind}.json"},
        {
            "Action": ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"],
            "Resource": f"arn:aws:s3:::{bucket}/{kind}/*",
        },
    ]


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
    key = "depth/model a+b.zip"
    tags = "model-package-arn=arn&model-package-version=4"
    s3.put_object(Bucket=bucket, Key=key, Body=CONTENT, Tagging=tags, Metadata={"sha256": "a" * 64})
    role = make_role("lambda", *_statements(bucket, "depth"))
    newest, sign = _links(cloud, role, bucket, ("depth",))
    models, failures = newest.find()
    assert failures == {}
    model = models["depth"]
    assert (model.origin.version, model.origin.sha256) == (4, "a" * 64)
    url = sign(model.zip)

    s3.put_object(Bucket=bucket, Key=key, Body=b"a newer model")
    s3.delete_object(Bucket=bucket, Key=key)
    status, body, headers = _get(url)
    assert (status, body) == (200, CONTENT)
    assert headers["ETag"].strip('"') == model.zip.etag
    assert _get(url, If_None_Match=headers["ETag"])[0] == 304
    assert _get(url.replace("versionId=", "versionId=x"))[0] == 403
    assert newest.find() == ({}, {})


def test_a_denied_type_is_left_out_and_all_denied_are_503(
    cloud: LocalCloud, client: Clients, make_role: Callable[..., str], bucket: str
) -> None:
    for kind in ("depth", "tts"):
        client("s3").put_object(Bucket=bucket, Key=f"{kind}/model.zip", Body=CONTENT)
    role = make_role("lambda", *_statements(bucket, "tts"))
    newest, sign = _links(cloud, role, bucket, ("depth", "tts"))
    models, failures = newest.find()
    assert (list(models), list(failures)) == (["tts"], ["depth"])

    denied, sign = _links(cloud, role, bucket, ("depth",))
    with pytest.raises(HttpError, match="try again") as refused:
        handler.respond(denied, sign, logger=LOGGER, function_name="link")
    assert refused.value.status == 503
