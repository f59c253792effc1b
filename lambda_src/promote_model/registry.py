"""Reads a model package group: which versions are approved, since when, with which artifact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from promote_model.errors import InvalidPackage
from promote_model.state import Package

APPROVED = "Approved"
PENDING = "PendingManualApproval"
ZIP_URI = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>(?:.*/)?[^/]+\.zip)")


@dataclass(frozen=True)
class Summary:
    """A version as ListModelPackages gives it."""

    arn: str
    version: int
    created_at: datetime


def list_versions(sagemaker: Any, group: str, status: str) -> list[Summary]:
    """The group's versions with an approval status."""
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=group, ModelApprovalStatus=status
    )
    return [
        Summary(
            arn=item["ModelPackageArn"],
            version=int(item["ModelPackageVersion"]),
            created_at=item["CreationTime"],
        )
        for page in pages
        for item in page["ModelPackageSummaryList"]
    ]


def modified_at(description: Mapping[str, Any]) -> datetime:
    """Time of the version's last change; AWS leaves LastModifiedTime out where there was none."""
    moment: datetime = description.get("LastModifiedTime") or description["CreationTime"]
    return moment


def describe_approved(sagemaker: Any, arn: str) -> Mapping[str, Any] | None:
    """Description of a version, None when it is not approved any more."""
    description: dict[str, Any] = sagemaker.describe_model_package(ModelPackageName=arn)
    return description if description.get("ModelApprovalStatus") == APPROVED else None


def package_of(description: Mapping[str, Any]) -> Package:
    """The deliverable package behind a description.

    Raises:
        InvalidPackage: when it does not name exactly one .zip object on S3.
    """
    arn = description["ModelPackageArn"]
    bucket, key = _artifact(arn, description)
    metadata = description.get("CustomerMetadataProperties") or {}
    return Package(
        arn=arn,
        version=int(description["ModelPackageVersion"]),
        bucket=bucket,
        key=key,
        sha256=(metadata.get("zip_sha256") or "").lower() or None,
        size=_size(arn, metadata.get("zip_bytes")),
        repository=metadata.get("repository"),
        revision=metadata.get("revision"),
        licence=metadata.get("licence"),
        execution_arn=(description.get("MetadataProperties") or {}).get("GeneratedBy"),
        approved_by=_who(description.get("LastModifiedBy") or {}),
    )


def _who(changed_by: Mapping[str, Any]) -> str | None:
    """A user of Studio by their profile: they share a role with the others."""
    identity = changed_by.get("IamIdentity") or {}
    return changed_by.get("UserProfileArn") or identity.get("Arn")


def _artifact(arn: str, description: Mapping[str, Any]) -> tuple[str, str]:
    containers = (description.get("InferenceSpecification") or {}).get("Containers") or []
    if len(containers) != 1:
        raise InvalidPackage(
            f"{arn} has {len(containers)} containers, expected the one that carries the .zip: "
            "reject it and register it with one"
        )
    source = (containers[0].get("ModelDataSource") or {}).get("S3DataSource") or {}
    uri = source.get("S3Uri") or containers[0].get("ModelDataUrl")
    if not uri:
        raise InvalidPackage(
            f"{arn} names no artifact (ModelDataSource.S3DataSource or ModelDataUrl): "
            "reject it and register it with one"
        )
    match = ZIP_URI.fullmatch(uri)
    if match is None:
        raise InvalidPackage(
            f"{arn}: {uri!r} is not the s3:// URI of a .zip object: "
            "reject it and register it with one"
        )
    return match["bucket"], match["key"]


def _size(arn: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isascii() or not value.isdigit():
        raise InvalidPackage(f"{arn}: metadata zip_bytes is {value!r}, expected a whole number")
    return int(value)
