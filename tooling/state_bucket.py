"""The bucket that keeps Terraform's state where the machine that deploys is thrown away."""

from __future__ import annotations

import contextlib
import json
from typing import Any


def name(prefix: str, account_id: str) -> str:
    """The bucket's name, one per stack."""
    return f"{prefix}-terraform-state-{account_id}"


def ensure(s3: Any, bucket: str, region: str) -> None:
    """Makes the bucket unless it exists: versioned, encrypted, private, TLS only.

    Args:
        s3: boto3 S3 client.
        bucket: its name.
        region: where to make it.
    """
    request: dict[str, Any] = {"Bucket": bucket}
    if region != "us-east-1":  # which S3 refuses to be told
        request["CreateBucketConfiguration"] = {"LocationConstraint": region}
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(**request)
    # Each time, so that a run that was cut off here is made up for.
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(_tls_only(bucket)))


def _tls_only(bucket: str) -> dict[str, Any]:
    arn = f"arn:aws:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "DenyInsecureTransport",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
