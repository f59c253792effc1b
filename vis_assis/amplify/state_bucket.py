"""The bucket that keeps Terraform's state where the machine that deploys is thrown away."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from vis_assis.errors import CommandError

OLD_STATES_DAYS = 90
OLD_STATES_KEPT = 10
TLS_ONLY = "DenyInsecureTransport"
_TRIES = 10
_PAUSE_SECONDS = 3.0


def name(prefix: str, account_id: str) -> str:
    """The bucket's name, one per stack."""
    return f"{prefix}-terraform-state-{account_id}"


@dataclass(frozen=True)
class Marker:
    """An object beside the state that says that a build is under way, or was cut off.

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


def ensure(
    s3: Any, bucket: str, region: str, partition: str, pause: float = _PAUSE_SECONDS
) -> None:
    """Makes the bucket unless it exists: versioned, encrypted, private, TLS only.

    Policy, encryption and lifecycle rules that its owner gave it stay.

    Args:
        s3: boto3 S3 client.
        bucket: its name.
        region: where to make it.
        partition: of the account, such as `aws`.
        pause: seconds before S3 is asked again while another build makes the bucket.

    Raises:
        CommandError: when the name belongs to somebody else.
    """

    def patiently(call: Callable[..., Any], **request: Any) -> Any:
        for left in reversed(range(_TRIES)):
            try:
                return call(Bucket=bucket, **request)
            except ClientError as error:
                if error.response["Error"]["Code"] != "OperationAborted" or not left:
                    raise
                time.sleep(pause)
        return None

    _create(s3, patiently, bucket, region)
    # Each time, so that a run that was cut off here is made up for.
    patiently(
        s3.put_public_access_block,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
    patiently(s3.put_bucket_versioning, VersioningConfiguration={"Status": "Enabled"})
    if _given(s3.get_bucket_encryption, bucket) is None:
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        patiently(s3.put_bucket_encryption, ServerSideEncryptionConfiguration={"Rules": [rule]})
    if _given(s3.get_bucket_lifecycle_configuration, bucket) is None:
        patiently(
            s3.put_bucket_lifecycle_configuration, LifecycleConfiguration={"Rules": [_expiry()]}
        )
    given = _given(s3.get_bucket_policy, bucket)
    policy: dict[str, Any] = json.loads(given["Policy"]) if given else {"Version": "2012-10-17"}
    statements = policy.get("Statement", [])
    statements = [statements] if isinstance(statements, dict) else statements
    if all(statement.get("Sid") != TLS_ONLY for statement in statements):
        policy["Statement"] = [*statements, _tls_only(f"arn:{partition}:s3:::{bucket}")]
        patiently(s3.put_bucket_policy, Policy=json.dumps(policy))


def _create(s3: Any, patiently: Callable[..., Any], bucket: str, region: str) -> None:
    place = {"LocationConstraint": region}
    # us-east-1 is the one region that S3 refuses to be told.
    request = {} if region == "us-east-1" else {"CreateBucketConfiguration": place}
    try:
        patiently(s3.create_bucket, **request)
    except s3.exceptions.BucketAlreadyOwnedByYou:
        return
    except s3.exceptions.BucketAlreadyExists as error:
        raise CommandError(
            f"the bucket {bucket} belongs to another account: choose another name_prefix"
        ) from error


def _given(get: Callable[..., Any], bucket: str) -> Any:
    """What S3 answers; None when nothing of the kind was set."""
    try:
        return get(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise


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
        "Sid": TLS_ONLY,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
