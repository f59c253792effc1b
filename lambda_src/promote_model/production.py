"""What the production bucket shows of a model type, and how that is changed."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import is_conflict, is_missing
from common.errors import ConflictError
from common.s3_copy import Destination, copy_pinned
from common.s3_source import S3Source, tags_of
from promote_model.state import Package, ProductionObject

ARN_TAG = "model-package-arn"
VERSION_TAG = "model-package-version"
SHA256_METADATA = "sha256"


def production_key(model_type: str, package: Package) -> str:
    """Where a package is shown: the file keeps its name, so that users recognise it."""
    return f"{model_type}/{package.file_name}"


def current_objects(s3: Any, bucket: str, model_type: str) -> list[ProductionObject]:
    """The type's .zip objects; other objects are nobody's business here."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{model_type}/")
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    found = (_look_at(s3, bucket, key) for key in keys if key.endswith(".zip"))
    return [item for item in found if item is not None]


def publish(
    s3: Any,
    bucket: str,
    key: str,
    *,
    package: Package,
    source: S3Source,
    sha256: str,
    replaces: ProductionObject | None,
    in_parts_above: int,
) -> ProductionObject:
    """Copies a verified artifact to its key and tags it as ours; what is there then.

    Parameters:
        sha256: of the pinned source, as it was verified.
        replaces: the object seen at the key; anything else there is a lost race.
        in_parts_above: bytes above which parts are copied in parallel.
    """
    copy = copy_pinned(
        s3,
        source,
        Destination(
            bucket=bucket,
            key=key,
            replaces=replaces.etag if replaces else None,
            metadata={SHA256_METADATA: sha256},
            tags={ARN_TAG: package.arn, VERSION_TAG: str(package.version)},
        ),
        multipart_threshold=in_parts_above,
    )
    if replaces is not None:
        _take_back_unless_on_top_of(replaces, s3, bucket, copy.version_id)
    return ProductionObject(
        key=key,
        version_id=str(copy.version_id),
        etag=copy.etag,
        size=copy.size,
        modified_at=package.modified_at,
        package_arn=package.arn,
        version=package.version,
        sha256=sha256,
    )


def withdraw(s3: Any, bucket: str, item: ProductionObject) -> None:
    """Removes an object as it was seen; the bucket keeps it as an old version."""
    try:
        marker = s3.delete_object(Bucket=bucket, Key=item.key, IfMatch=item.etag)
    except ClientError as exc:
        if is_missing(exc):
            return
        if is_conflict(exc):
            raise _replaced(bucket, item.key) from exc
        raise
    _take_back_unless_on_top_of(item, s3, bucket, marker["VersionId"])


def _take_back_unless_on_top_of(
    seen: ProductionObject, s3: Any, bucket: str, version_id: str | None
) -> None:
    """Undoes a write that covered another version than the one that was seen.

    S3's conditions compare ETags, so the same bytes, uploaded once more in the meantime, pass for
    the object that was looked at.

    Parameters:
        version_id: of the write, a copy or a delete marker.

    Errors: `ConflictError` after it was undone.
    """
    newest = s3.list_object_versions(Bucket=bucket, Prefix=seen.key, MaxKeys=2)
    entries = [*newest.get("Versions", []), *newest.get("DeleteMarkers", [])]
    if {entry["VersionId"] for entry in entries} == {version_id, seen.version_id}:
        return
    s3.delete_object(Bucket=bucket, Key=seen.key, VersionId=version_id)
    raise _replaced(bucket, seen.key)


def _replaced(bucket: str, key: str) -> ConflictError:
    return ConflictError(
        f"s3://{bucket}/{key} was replaced before it could be removed; "
        "trying again reads the new state"
    )


def _look_at(s3: Any, bucket: str, key: str) -> ProductionObject | None:
    try:
        head = s3.head_object(Bucket=bucket, Key=key)
        version_id = head["VersionId"]
        tags = tags_of(s3, bucket, key, version_id)
    except ClientError as exc:
        if is_missing(exc):
            return None
        raise
    number = tags.get(VERSION_TAG, "")
    return ProductionObject(
        key=key,
        version_id=version_id,
        etag=head["ETag"],
        size=head["ContentLength"],
        modified_at=head["LastModified"],
        package_arn=tags.get(ARN_TAG),
        version=int(number) if number.isascii() and number.isdigit() else None,
        sha256=head.get("Metadata", {}).get(SHA256_METADATA),
    )
