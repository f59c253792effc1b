"""A bucket policy that names a role holds for the role's sessions: aws:PrincipalArn is the role's.

Source: IAM User Guide, "AWS global condition context keys", aws:PrincipalArn.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_cloud import LocalCloud


def test_a_denial_of_all_but_a_role_lets_its_sessions_in(
    cloud: LocalCloud, client: Any, make_role: Callable[..., str], versioned_bucket: str
) -> None:
    statement = {"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{versioned_bucket}/*"}
    ours, other = make_role("lambda", statement), make_role("lambda", statement)
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": [ours]}},
        **statement,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    client("s3").put_bucket_policy(Bucket=versioned_bucket, Policy=policy)
    _session(cloud, ours).put_object(Bucket=versioned_bucket, Key="a", Body=b"")
    with pytest.raises(ClientError, match="AccessDenied"):
        _session(cloud, other).put_object(Bucket=versioned_bucket, Key="a", Body=b"")


def _session(cloud: LocalCloud, role_arn: str) -> Any:
    keys = cloud.control("credentials", {"role_arn": role_arn})
    return boto3.client(
        "s3",
        endpoint_url=cloud.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
    )
