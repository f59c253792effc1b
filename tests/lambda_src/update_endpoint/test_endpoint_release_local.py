"""The navigation endpoint's releases, made by the product's own code on the local S3."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from local_cloud.testing import crc64nvme_header as encoded
from tests.fakes import archives
from tests.fakes.navigation_world import SETTINGS
from update_endpoint import names, release
from update_endpoint.record import Record
from update_endpoint.settings import UPLOAD_KEY
from update_endpoint.state import Deployment

ARCHIVE = archives.good("served")
RELEASE = names.release_id_of_parts([hashlib.sha256(ARCHIVE).digest()])


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(
    "upload",
    [{}, {"ChecksumCRC64NVME": encoded(ARCHIVE)}],
    ids=["boto3's CRC32", "the uploader's CRC64NVME"],
)
def test_upload_becomes_a_release_once(
    client: Any, versioned_bucket: str, upload: dict[str, str]
) -> None:
    s3, settings = client("s3"), replace(SETTINGS, bucket=versioned_bucket)
    put = s3.put_object(Bucket=versioned_bucket, Key=UPLOAD_KEY, Body=ARCHIVE, **upload)
    wanted = release.wanted(s3, settings, Record(), now)
    assert isinstance(wanted, Deployment)
    assert (wanted.release, wanted.version_id) == (RELEASE, put["VersionId"])
    assert release.wanted(s3, settings, Record(), now) == wanted
    versions = s3.list_object_versions(Bucket=versioned_bucket)["Versions"]
    assert {v["Key"] for v in versions} == {UPLOAD_KEY, names.release_key(RELEASE)}
    assert len(versions) == 2
    tags = s3.get_object_tagging(Bucket=versioned_bucket, Key=names.release_key(RELEASE))["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {
        "Stack": "vis-assis",
        "ReleaseId": RELEASE,
    }
