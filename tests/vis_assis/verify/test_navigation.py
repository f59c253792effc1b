"""What a check of the navigation path may remove."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from update_endpoint.settings import UPLOAD_KEY
from vis_assis.errors import CommandError
from vis_assis.verify import navigation


def test_an_upload_by_somebody_else_stays(client: Callable[..., Any], unique: str) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=unique, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"stand-in", b"theirs"):
        s3.put_object(Bucket=unique, Key=UPLOAD_KEY, Body=body)
    path = cast("Any", SimpleNamespace(s3=s3, bucket=unique))
    with pytest.raises(CommandError, match="somebody changed the navigation upload"):
        navigation._remove_releases(cast("Any", None), path, {})
    assert len(s3.list_object_versions(Bucket=unique)["Versions"]) == 2
