"""Fixtures: one local cloud for a whole run, clients of it, and roles."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local_cloud import LocalCloud
from local_cloud.testing.clients import Clients, clients_of


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """One cloud for the run, without the hub."""
    with LocalCloud(tmp_path_factory.mktemp("cloud"), hub=False) as running:
        yield running


@pytest.fixture(scope="session")
def client(cloud: LocalCloud) -> Clients:
    """Clients of the one cloud, as root or with the permissions of a role."""
    return clients_of(cloud)


@pytest.fixture
def unique() -> str:
    """A name of its own for each test."""
    return f"t{uuid.uuid4().hex[:10]}"


@pytest.fixture
def versioned_bucket(cloud: LocalCloud, client: Clients, unique: str) -> str:
    """An empty bucket that keeps versions."""
    s3 = client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": cloud.region})
    s3.put_bucket_versioning(Bucket=unique, VersioningConfiguration={"Status": "Enabled"})
    return unique


@pytest.fixture
def make_role(client: Clients, unique: str) -> Callable[..., str]:
    """`make_role("lambda", {"Action": …, "Resource": …})` creates a role and gives its ARN."""
    iam = client("iam")
    count = iter(range(100))

    def make(service: str, *statements: dict[str, Any]) -> str:
        name = f"{unique}-role-{next(count)}"
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": f"{service}.amazonaws.com"},
                }
            ],
        }
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"][
            "Arn"
        ]
        if statements:
            policy = {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", **statement} for statement in statements],
            }
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        return str(arn)

    return make
