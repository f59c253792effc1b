"""Presigned links as a browser on another origin uses them."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

ORIGIN = "https://app.example"
BODY = b"0123456789"
RULE = {
    "AllowedOrigins": [ORIGIN],
    "AllowedMethods": ["GET", "HEAD"],
    "AllowedHeaders": ["*"],
    "ExposeHeaders": ["ETag", "Content-Range"],
}


@dataclass
class Seen:
    """What the browser gets, and whether its CORS check lets the page see status and ETag."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def readable(self) -> bool:
        exposed = self.headers.get("access-control-expose-headers", "").lower()
        return self.headers.get("access-control-allow-origin") == ORIGIN and "etag" in exposed


def fetch(url: str, method: str = "GET", origin: str = ORIGIN, **headers: str) -> Seen:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(  # noqa: S310 - http of this test
        url, method=method, headers={"Origin": origin, **named}
    )
    try:
        answer = urllib.request.urlopen(request)  # noqa: S310
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        received = {name.lower(): value for name, value in answer.headers.items()}
        return Seen(answer.status, received, answer.read())


@pytest.fixture
def bucket(client: Any, versioned_bucket: str) -> str:
    s3 = client("s3")
    s3.put_bucket_cors(Bucket=versioned_bucket, CORSConfiguration={"CORSRules": [RULE]})
    return versioned_bucket


def link(s3: Any, bucket: str, seconds: int = 60, **more: str) -> str:
    place = {"Bucket": bucket, "Key": "depth/model.zip", **more}
    url: str = s3.generate_presigned_url("get_object", Params=place, ExpiresIn=seconds)
    return url


@pytest.fixture(params=["current", "old version"])
def url(request: pytest.FixtureRequest, client: Any, bucket: str) -> str:
    """A link to the object, once by its key alone and once by a version that is not the newest."""
    s3 = client("s3", signature_version="s3v4")
    version = s3.put_object(Bucket=bucket, Key="depth/model.zip", Body=BODY)["VersionId"]
    if request.param == "current":
        return link(s3, bucket)
    s3.put_object(Bucket=bucket, Key="depth/model.zip", Body=b"newer")
    return link(s3, bucket, VersionId=version)


@pytest.mark.parametrize(
    ("asked_for", "span", "part"),
    [("2-4", "2-4", b"234"), ("7-", "7-9", b"789"), ("-3", "7-9", b"789"), ("8-99", "8-9", b"89")],
)
def test_range_is_a_readable_part(url: str, asked_for: str, span: str, part: bytes) -> None:
    seen = fetch(url, Range=f"bytes={asked_for}")
    assert (seen.status, seen.body) == (206, part)
    assert seen.headers["content-range"] == f"bytes {span}/10"
    assert seen.headers["content-length"] == str(len(part))
    assert seen.headers["etag"]
    assert seen.readable


@pytest.mark.parametrize("beyond", ["10-", "-0"])
def test_range_beyond_the_end_is_refused_readably(url: str, beyond: str) -> None:
    seen = fetch(url, Range=f"bytes={beyond}")
    assert seen.status == 416
    assert seen.headers["content-range"] == "bytes */10"
    assert b"<Code>InvalidRange</Code>" in seen.body
    assert seen.readable


@pytest.mark.parametrize("senseless", ["bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=-"])
def test_senseless_range_is_ignored(url: str, senseless: str) -> None:
    seen = fetch(url, Range=senseless)
    assert (seen.status, seen.body) == (200, BODY)


def test_unchanged_object_is_not_sent_again(url: str) -> None:
    first = fetch(url)
    assert (first.status, first.body, first.readable) == (200, BODY, True)
    again = fetch(url, If_None_Match=first.headers["etag"])
    since = fetch(url, If_Modified_Since=first.headers["last-modified"])
    for seen in (again, since):
        assert (seen.status, seen.body) == (304, b"")
        assert seen.headers["etag"] == first.headers["etag"]
        assert seen.readable
    changed = fetch(url, If_None_Match='"0123"')
    assert (changed.status, changed.body) == (200, BODY)
    lost = fetch(url, If_Match='"0123"')
    assert (lost.status, lost.readable) == (412, True)


def test_link_renames_the_download(client: Any, bucket: str) -> None:
    s3 = client("s3", signature_version="s3v4")
    version = s3.put_object(Bucket=bucket, Key="depth/model.zip", Body=BODY)["VersionId"]
    named = {"VersionId": version, "ResponseContentDisposition": "attachment"}
    assert fetch(link(s3, bucket, **named)).headers["content-disposition"] == "attachment"


def test_part_carries_no_checksum_of_the_whole(client: Any, bucket: str) -> None:
    s3 = client("s3")
    version = s3.put_object(Bucket=bucket, Key="k", Body=BODY)["VersionId"]
    for more in ({}, {"VersionId": version}):
        part = s3.get_object(
            Bucket=bucket, Key="k", Range="bytes=1-2", ChecksumMode="ENABLED", **more
        )
        assert part["Body"].read() == b"12"
        assert "ChecksumCRC32" not in part


def test_every_refusal_is_readable(client: Any, bucket: str, make_role: Any) -> None:
    s3 = client("s3", signature_version="s3v4")
    s3.put_object(Bucket=bucket, Key="depth/model.zip", Body=BODY)
    expiring = link(s3, bucket, seconds=1)
    stranger = client("s3", make_role("lambda"), signature_version="s3v4")
    time.sleep(2.1)
    refusals = {
        "expired": fetch(expiring),
        "of a role without permission": fetch(link(stranger, bucket)),
        "tampered with": fetch(link(s3, bucket) + "0"),
        "without signature": fetch(link(s3, bucket).partition("?")[0]),
    }
    assert {name: (seen.status, seen.readable) for name, seen in refusals.items()} == dict.fromkeys(
        refusals, (403, True)
    )
    assert b"Request has expired" in refusals["expired"].body
    gone = fetch(link(s3, bucket).replace("model.zip", "other.zip"))
    assert gone.status == 403
    s3.delete_object(Bucket=bucket, Key="depth/model.zip")
    missing = fetch(link(s3, bucket))
    assert (missing.status, missing.readable) == (404, True)


def test_other_origins_may_read_nothing(client: Any, bucket: str) -> None:
    s3 = client("s3", signature_version="s3v4")
    s3.put_object(Bucket=bucket, Key="depth/model.zip", Body=BODY)
    for url in (link(s3, bucket), link(s3, bucket) + "0"):
        seen = fetch(url, origin="https://other.example")
        assert "access-control-allow-origin" not in seen.headers


def test_preflight_allows_what_the_rule_allows(client: Any, bucket: str) -> None:
    url = link(client("s3", signature_version="s3v4"), bucket)
    asked = {"Access_Control_Request_Headers": "range,if-none-match"}
    seen = fetch(url, "OPTIONS", Access_Control_Request_Method="GET", **asked)
    assert (seen.status, seen.readable) == (200, True)
    assert "if-none-match" in seen.headers["access-control-allow-headers"]
    assert fetch(url, "OPTIONS", Access_Control_Request_Method="PUT", **asked).status == 403


def test_a_link_takes_no_other_credentials(url: str) -> None:
    assert fetch(url).status == 200
    refused = fetch(url, Authorization="token")
    assert refused.status == 400
    assert b"<Code>InvalidArgument</Code>" in refused.body


def test_an_encrypted_object_needs_its_key(
    client: Any, versioned_bucket: str, make_role: Any
) -> None:
    s3, keys = client("s3"), client("kms")
    key = keys.create_key()["KeyMetadata"]["Arn"]
    place = {"Bucket": versioned_bucket, "Key": "k"}
    s3.put_object(**place, Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    read = {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{versioned_bucket}/*"}
    decrypt = {"Action": "kms:Decrypt", "Resource": key}
    with pytest.raises(ClientError, match="kms:Decrypt") as caught:
        client("s3", make_role("lambda", read)).get_object(**place)
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    may_both = client("s3", make_role("lambda", read, decrypt))
    assert may_both.get_object(**place)["Body"].read() == b"1"
    keys.disable_key(KeyId=key)
    with pytest.raises(ClientError, match="is disabled") as caught:
        may_both.get_object(**place)
    assert caught.value.response["Error"]["Code"] == "KMS.DisabledException"
