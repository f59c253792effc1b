"""What a stack holds that Terraform did not make: objects, model versions, users, home folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from vis_assis.aws.cloud import Cloud, is_not_found
from vis_assis.terraform.plan import Change

BUCKET, GROUP = "aws_s3_bucket", "aws_sagemaker_model_package_group"
USER_POOL, STUDIO = "aws_cognito_user_pool", "aws_sagemaker_domain"
MOST_PAGES = 50  # of 1000 entries: log buckets may hold millions


@dataclass(frozen=True)
class BucketContents:
    """What is in one bucket.

    Args:
        name: of the bucket.
        objects: how many are current.
        versions: how many there are altogether, the current ones included.
        bytes: of all versions.
        is_complete: whether everything was counted.
    """

    name: str
    objects: int
    versions: int
    bytes: int
    is_complete: bool

    def __str__(self) -> str:
        more = "" if self.is_complete else "more than "
        return (
            f"{more}{self.objects} objects in {self.versions} versions, {self.bytes / 1e6:.1f} MB"
        )


def bucket_contents(cloud: Cloud, name: str) -> BucketContents | None:
    """Counts a bucket's objects; None when there is no such bucket."""
    objects = versions = size = 0
    pages = cloud.client("s3").get_paginator("list_object_versions").paginate(Bucket=name)
    try:
        for number, page in enumerate(pages):
            if number == MOST_PAGES:
                return BucketContents(name, objects, versions, size, is_complete=False)
            for entry in page.get("Versions", []):
                versions += 1
                objects += bool(entry["IsLatest"])
                size += entry["Size"]
    except ClientError as error:
        if is_not_found(error):
            return None
        raise
    return BucketContents(name, objects, versions, size, is_complete=True)


def group_contents(cloud: Cloud, name: str) -> dict[str, int] | None:
    """How many versions a model package group has by approval; None when there is no such group."""
    pages = cloud.client("sagemaker").get_paginator("list_model_packages")
    try:
        return Counter(
            summary["ModelApprovalStatus"]
            for page in pages.paginate(ModelPackageGroupName=name)
            for summary in page["ModelPackageSummaryList"]
        )
    except ClientError as error:
        if is_not_found(error):
            return None
        raise


def pool_users(cloud: Cloud, identifier: str) -> int:
    """How many users a pool has, as far as Cognito counts; 0 when there is no such pool."""
    try:
        answer = cloud.client("cognito-idp").describe_user_pool(UserPoolId=identifier)
    except ClientError as error:
        if is_not_found(error):
            return 0
        raise
    return int(answer["UserPool"].get("EstimatedNumberOfUsers", 0))


def contents_lines(cloud: Cloud, gone: Iterable[Change]) -> list[str]:
    """A line for each thing among what a plan deletes that holds data.

    Args:
        cloud: the account.
        gone: what goes.
    """
    recorded = list(gone)
    buckets = [change.before["bucket"] for change in recorded if change.type == BUCKET]
    groups = [
        change.before["model_package_group_name"] for change in recorded if change.type == GROUP
    ]
    lines = []
    for name in sorted(buckets):
        bucket = bucket_contents(cloud, name)
        if bucket and bucket.versions:
            lines.append(f"bucket {name}: {bucket}")
    for name in sorted(groups):
        counts = group_contents(cloud, name)
        if counts:
            told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
            lines.append(f"models {name}: {told}")
    for change in recorded:
        if change.type == USER_POOL and (count := pool_users(cloud, change.before["id"])):
            lines.append(f"user pool {change.before['name']}: {count} users")
        if change.type == STUDIO:
            name = change.before["domain_name"]
            lines.append(f"Studio domain {name}: the home folders of its users")
    return lines
