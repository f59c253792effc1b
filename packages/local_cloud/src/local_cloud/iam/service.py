"""IAM refuses policies too long, too many, absent or of the wrong kind; MiniStack took them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam

Parameters = dict[str, Any]
Refusal = tuple[int, str, str]

# "IAM and AWS STS quotas" in the IAM User Guide; white space does not count. The wordings are those
# that users of AWS report, such as in aws/aws-cdk#12403.
INLINE_CHARACTERS = 10_240
MANAGED_CHARACTERS = 6_144
POLICIES_PER_ROLE = 10
TRUST_CHARACTERS = 2_048
TRUST_ACTIONS = frozenset(
    f"sts:{name}"
    for name in (
        *("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"),
        *("SetContext", "SetSourceIdentity", "TagSession"),
    )
)


def apply() -> None:
    """Apply the corrections of this module."""
    roles_show_in_principal_arn()
    for operation, check in (
        ("PutRolePolicy", _inline),
        ("CreatePolicy", _managed),
        ("CreatePolicyVersion", _managed),
        ("AttachRolePolicy", _attached),
        ("CreateRole", _trust),
        ("UpdateAssumeRolePolicy", _trust),
    ):
        iam._IAM_HANDLERS[operation] = _checked(iam._IAM_HANDLERS[operation], check)


def roles_show_in_principal_arn() -> None:
    """AWS gives `aws:PrincipalArn` the ARN of the role, path included; MiniStack the session's.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    original = iam_evaluator._resolve_condition_key

    def _resolve_condition_key(key: str, context: Any) -> Any:
        if key.lower() == "aws:principalarn" and ":assumed-role/" in context.principal_arn:
            name = context.principal_arn.partition(":assumed-role/")[2].partition("/")[0]
            role = iam._roles.get_scoped(context.principal_account, None, name)
            return (role or {}).get("Arn") or context.principal_arn
        return original(key, context)

    iam_evaluator._resolve_condition_key = _resolve_condition_key


def _checked(
    handler: Callable[[Parameters], Any], check: Callable[[Parameters], Refusal | None]
) -> Callable[[Parameters], Any]:
    def checked(parameters: Parameters) -> Any:
        refusal = check(parameters)
        return iam._error(*refusal, ns="iam") if refusal else handler(parameters)

    return checked


def _inline(parameters: Parameters) -> Refusal | None:
    name, role = iam._p(parameters, "RoleName"), iam._roles.get(iam._p(parameters, "RoleName"))
    if role is None:
        return None
    document, policy = iam._p(parameters, "PolicyDocument"), iam._p(parameters, "PolicyName")
    size = sum(map(_size, {**role["InlinePolicies"], policy: document}.values()))
    if size > INLINE_CHARACTERS:
        return _exceeded(
            f"Maximum policy size of {INLINE_CHARACTERS} bytes exceeded for role {name}"
        )
    return _with_principal(document)


def _managed(parameters: Parameters) -> Refusal | None:
    document = iam._p(parameters, "PolicyDocument")
    if _size(document) > MANAGED_CHARACTERS:
        return _exceeded(f"Cannot exceed quota for PolicySize: {MANAGED_CHARACTERS}")
    return _with_principal(document)


def _attached(parameters: Parameters) -> Refusal | None:
    role, arn = iam._roles.get(iam._p(parameters, "RoleName")), iam._p(parameters, "PolicyArn")
    if iam._lookup_policy(arn) is None:
        return 404, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable."
    attached = {*(role or {}).get("AttachedPolicies", ()), arn}
    if len(attached) > POLICIES_PER_ROLE:
        return _exceeded(f"Cannot exceed quota for PoliciesPerRole: {POLICIES_PER_ROLE}")
    return None


def _trust(parameters: Parameters) -> Refusal | None:
    document = iam._p(parameters, "AssumeRolePolicyDocument") or iam._p(
        parameters, "PolicyDocument"
    )
    if _size(document) > TRUST_CHARACTERS:
        return _exceeded(f"Cannot exceed quota for ACLSizePerRole: {TRUST_CHARACTERS}")
    for statement in _statements(document):
        if "Resource" in statement:
            return _malformed("Has prohibited field Resource")
        if "Principal" not in statement:
            return _malformed("Missing required field Principal")
        if not {*_list(statement.get("Action", []))} <= TRUST_ACTIONS:
            return _malformed("AssumeRole policy may only specify STS AssumeRole actions.")
    return None


def _with_principal(document: str) -> Refusal | None:
    if any("Principal" in statement for statement in _statements(document)):
        return _malformed("Policy document should not specify a principal.")
    return None


def _statements(document: str) -> Iterable[dict[str, Any]]:
    try:
        content = json.loads(document)
    except ValueError:
        return []
    found = content.get("Statement", []) if isinstance(content, dict) else []
    return [item for item in _list(found) if isinstance(item, dict)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _size(document: str) -> int:
    return len("".join(document.split()))


def _exceeded(message: str) -> Refusal:
    return 409, "LimitExceeded", message


def _malformed(message: str) -> Refusal:
    return 400, "MalformedPolicyDocument", message
