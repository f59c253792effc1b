"""Clients of roles with exactly one right."""

from __future__ import annotations

import json
from typing import Any

import pytest


@pytest.fixture
def allowed(client: Any, make_role: Any) -> Any:
    """Gives a client of a role that may do exactly this."""

    def build(service: str, actions: list[str], resource: str, **condition: Any) -> Any:
        role = make_role("lambda")
        statement = {"Effect": "Allow", "Action": actions, "Resource": resource, **condition}
        client("iam").put_role_policy(
            RoleName=role.rpartition("/")[2],
            PolicyName="only",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
        return client(service, role)

    return build
