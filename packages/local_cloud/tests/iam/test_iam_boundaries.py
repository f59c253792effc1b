"""Whoever may make roles only with a boundary can neither leave it out nor get around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

ACCOUNT = "arn:aws:iam::123456789012"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
)


def allow(*actions: str, condition: dict[str, Any] | None = None) -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def as_role(cloud: Any) -> Callable[[str, str], Any]:
    """Clients with the rights of a role."""

    def client(role: str, service: str) -> Any:
        keys = cloud.control("credentials", {"role_arn": f"{ACCOUNT}:role/{role}"})
        session = boto3.Session(
            keys["AWS_ACCESS_KEY_ID"],
            keys["AWS_SECRET_ACCESS_KEY"],
            keys["AWS_SESSION_TOKEN"],
            region_name="eu-west-1",
        )
        return session.client(service, endpoint_url=cloud.endpoint_url)

    return client


@pytest.fixture
def maker(client: Any, unique: str, as_role: Any) -> Any:
    """IAM as somebody who may make roles within the boundary, which allows listing buckets."""
    iam = client("iam")
    iam.create_policy(PolicyName=unique, PolicyDocument=allow("s3:ListAllMyBuckets"))
    bounded = {"StringEquals": {"iam:PermissionsBoundary": f"{ACCOUNT}:policy/{unique}"}}
    actions = (
        "CreateRole",
        "PutRolePolicy",
        "PutRolePermissionsBoundary",
        "UpdateAssumeRolePolicy",
    )
    iam.create_role(RoleName=f"{unique}-maker", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(
        RoleName=f"{unique}-maker",
        PolicyName="make",
        PolicyDocument=allow(*(f"iam:{action}" for action in actions), condition=bounded),
    )
    iam.create_role(RoleName=f"{unique}-free", AssumeRolePolicyDocument=TRUST)
    return as_role(f"{unique}-maker", "iam")


def test_a_role_within_the_boundary_can_be_made_and_does_no_more(
    client: Any, unique: str, maker: Any, as_role: Any
) -> None:
    maker.create_role(
        RoleName=unique,
        AssumeRolePolicyDocument=TRUST,
        PermissionsBoundary=f"{ACCOUNT}:policy/{unique}",
    )
    maker.put_role_policy(RoleName=unique, PolicyName="all", PolicyDocument=allow("s3:*", "iam:*"))
    as_role(unique, "s3").list_buckets()
    with pytest.raises(ClientError, match="AccessDenied"):
        as_role(unique, "iam").list_roles()


@pytest.mark.parametrize(
    ("operation", "request_of"),
    [
        ("create_role", lambda name: {"RoleName": name, "AssumeRolePolicyDocument": TRUST}),
        (
            "create_role",
            lambda name: {
                "RoleName": name,
                "AssumeRolePolicyDocument": TRUST,
                "PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess",
            },
        ),
        (
            "put_role_policy",
            lambda name: {
                "RoleName": f"{name}-free",
                "PolicyName": "all",
                "PolicyDocument": allow("*"),
            },
        ),
        (
            "put_role_permissions_boundary",
            lambda name: {
                "RoleName": f"{name}-free",
                "PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess",
            },
        ),
        (
            "update_assume_role_policy",
            lambda name: {"RoleName": f"{name}-free", "PolicyDocument": TRUST},
        ),
        ("delete_role_permissions_boundary", lambda name: {"RoleName": f"{name}-free"}),
    ],
)
def test_nothing_is_made_or_changed_without_the_boundary(
    unique: str, maker: Any, operation: str, request_of: Callable[[str], dict[str, str]]
) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(maker, operation)(**request_of(unique))
