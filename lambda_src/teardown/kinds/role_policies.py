"""Rights of the functions that make models, endpoints and objects.

Taking them away fences off even an invocation that is under way: once IAM has spread the word, it
may end in an error, but it makes nothing any more. The next apply gives them back.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code
from teardown.kinds.pages import items


class RolePolicies:
    """Inline policies of the roles with exactly these names."""

    title = "role policy"

    def __init__(self, iam: Any, roles: tuple[str, ...]) -> None:
        self._iam, self._roles = iam, roles

    def find(self) -> list[str]:
        return [f"{role}/{policy}" for role in self._roles for policy in self._policies(role)]

    def remove(self, name: str) -> None:
        role, _, policy = name.partition("/")
        self._iam.delete_role_policy(RoleName=role, PolicyName=policy)

    def _policies(self, role: str) -> list[str]:
        try:
            return list(items(self._iam, "list_role_policies", "PolicyNames", RoleName=role))
        except ClientError as exc:
            if code(exc) == "NoSuchEntity":
                return []
            raise
