"""S3 tells times in whole seconds."""

from __future__ import annotations

import re
from typing import Any

import pytest

from local_cloud.testing.waiting import wait_for


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("list_objects", {}),
        ("list_objects_v2", {}),
        ("list_object_versions", {}),
        ("list_object_versions", {"Prefix": "gone"}),
        ("list_multipart_uploads", {}),
        ("copy_object", {"Key": "copy", "CopySource": "{bucket}/k"}),
    ],
)
def test_listed_times_have_no_fraction(
    client: Any, versioned_bucket: str, operation: str, more: dict[str, str]
) -> None:
    s3 = client("s3", signature_version="s3v4")  # of its own, for the event below
    for key in ("k", "gone"):
        s3.put_object(Bucket=versioned_bucket, Key=key, Body=b"1")
    s3.delete_object(Bucket=versioned_bucket, Key="gone")
    s3.create_multipart_upload(Bucket=versioned_bucket, Key="k")
    raw: list[bytes] = []
    s3.meta.events.register(
        "before-parse.s3", lambda response_dict, **_: raw.append(response_dict["body"])
    )
    arguments = {name: value.format(bucket=versioned_bucket) for name, value in more.items()}
    getattr(s3, operation)(Bucket=versioned_bucket, **arguments)

    times = re.findall(r"<(?:LastModified|Initiated)>([^<]*)<", raw[0].decode())
    assert times
    assert {time[-5:] for time in times} == {".000Z"}


def test_the_time_of_an_event_has_no_fraction(
    cloud: Any, client: Any, versioned_bucket: str
) -> None:
    s3 = client("s3")
    s3.put_bucket_notification_configuration(
        Bucket=versioned_bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    s3.put_object(Bucket=versioned_bucket, Key="k", Body=b"1")

    def time_of_event() -> str | None:
        names = {
            event["detail"].get("bucket", {}).get("name"): event
            for event in cloud.control("events")
        }
        return str(names[versioned_bucket]["time"]) if versioned_bucket in names else None

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", wait_for(time_of_event))
