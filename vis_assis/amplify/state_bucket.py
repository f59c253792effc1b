"""The bucket that keeps Terraform's state where the machine that deploys is thrown away."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from vis_assis.aws.cloud import Cloud, is_not_found
from vis_assis.errors import CommandError

OLD_STATES_DAYS = 90
OLD_STATES_KEPT = 10


def name(prefix: str, account_id: str) -> str:
    """The bucket's name, one per stack."""
    return f"{prefix}-terraform-state-{account_id}"


@dataclass(frozen=True)
class Marker:
    """An object beside the state that says that a build is running, or was interrupted.

    Args:
        s3: boto3 S3 client.
        bucket: of the state.
        key: of the object.
    """

    s3: Any
    bucket: str
    key: str

    def read(self) -> str | None:
        """What was written; None when nothing is under way."""
        try:
            return str(self.s3.get_object(Bucket=self.bucket, Key=self.key)["Body"].read().decode())
        except self.s3.exceptions.NoSuchKey:
            return None

    def write(self, text: str) -> None:
        """Keeps the text."""
        self.s3.put_object(Bucket=self.bucket, Key=self.key, Body=text.encode())

    def remove(self) -> None:
        """Forgets it."""
        self.s3.delete_object(Bucket=self.bucket, Key=self.key)


def exists(s3: Any, bucket: str) -> bool:
    """Whether there is such a bucket that the caller may use."""
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchBucket"):
            return False
        raise
    return True


def outputs(cloud: Cloud, prefix: str) -> dict[str, Any] | None:
    """Outputs of the stack whose state is in the account's bucket; None when there is none.

    The bucket has to be the account's own: anybody may take a name, and outputs decide where
    models are published.
    """
    account = cloud.identity[1]
    bucket, owner = name(prefix, account), {"ExpectedBucketOwner": account}
    s3 = cloud.client("s3")
    try:
        pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **owner))
    except ClientError as error:
        if is_not_found(error):
            return None
        raise
    for item in (item for page in pages for item in page.get("Contents", ())):
        if not item["Key"].endswith("terraform.tfstate"):
            continue
        state = json.loads(s3.get_object(Bucket=bucket, Key=item["Key"], **owner)["Body"].read())
        found = {key: output["value"] for key, output in state["outputs"].items()}
        if found.get("stack_name") == prefix:
            return found
    return None


def ensure(s3: Any, bucket: str, region: str, partition: str) -> None:
    """Makes the bucket, versioned and TLS only, unless that was done: then it is its owner's.

    S3 itself encrypts what is new and keeps it private.

    Args:
        s3: boto3 S3 client.
        bucket: its name.
        region: where to make it.
        partition: of the account, such as `aws`.

    Raises:
        CommandError: when the name belongs to another account.
    """
    # us-east-1 is the one region that S3 refuses to be told.
    place = {"LocationConstraint": region}
    request = {} if region == "us-east-1" else {"CreateBucketConfiguration": place}
    try:
        # Not asked for first: a stranger's may be open to everybody, to get hold of the state.
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=bucket, **request)
    except s3.exceptions.BucketAlreadyExists as error:
        raise CommandError(
            f"the bucket {bucket} belongs to another account: choose another name_prefix"
        ) from error
    if "Status" in s3.get_bucket_versioning(Bucket=bucket):
        return
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [_expiry()]}
    )
    policy = {
        "Version": "2012-10-17",
        "Statement": [_tls_only(f"arn:{partition}:s3:::{bucket}")],
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    # Last: it says that nothing of the above is missing.
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def _expiry() -> dict[str, Any]:
    return {
        "ID": "OldStates",
        "Status": "Enabled",
        "Filter": {},
        "NoncurrentVersionExpiration": {
            "NoncurrentDays": OLD_STATES_DAYS,
            "NewerNoncurrentVersions": OLD_STATES_KEPT,
        },
        # Each lock leaves one.
        "Expiration": {"ExpiredObjectDeleteMarker": True},
    }


def _tls_only(arn: str) -> dict[str, Any]:
    return {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
