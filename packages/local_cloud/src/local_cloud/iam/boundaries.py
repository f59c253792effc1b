"""IAM: the condition key that tells which permissions boundary a role has, or is to get."""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions
from ministack.services import iam

_KEY = "iam:PermissionsBoundary"
_TO_GET = ("iam:CreateRole", "iam:PutRolePermissionsBoundary")
# Of the actions on roles, those that the service authorization reference lists the key for.
_HELD = (
    "iam:AttachRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
)


def apply() -> None:
    """Apply the corrections of this module."""
    boundaries_are_a_condition()


def boundaries_are_a_condition() -> None:
    """AWS compares the key with the requested boundary, or with the role's; MiniStack had none.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    original = iam_actions.request_tag_context

    def request_tag_context(
        service: str, iam_action: str, body: bytes, params: dict[str, Any]
    ) -> dict[str, Any]:
        context: dict[str, Any] = original(service, iam_action, body, params)
        boundary = _boundary(iam_action, params)
        return {**context, _KEY: boundary} if boundary else context

    iam_actions.request_tag_context = request_tag_context


def _boundary(action: str, params: dict[str, Any]) -> str:
    if action in _TO_GET:
        return str(iam._p(params, "PermissionsBoundary"))
    if action in _HELD:
        role = iam._roles.get(iam._p(params, "RoleName")) or {}
        return str(role.get("PermissionsBoundary") or "")
    return ""
