"""What IAM checks requests to KMS on, and the condition keys that they carry."""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region
from ministack.services import kms

from local_cloud.iam.tag_conditions import CHECKS

_ALIAS_ACTIONS = ("CreateAlias", "DeleteAlias", "UpdateAlias")
_SIGNING = ("Sign", "Verify")


def apply() -> None:
    """Apply the corrections of this module."""
    keys_are_checked_with_their_conditions()


def keys_are_checked_with_their_conditions() -> None:
    """AWS checks a request by an alias on the key, and a change of an alias on both.

    A new key with tags takes kms:TagResource. Requests carry kms:KeySpec, kms:KeyUsage,
    kms:RequestAlias and kms:ResourceAliases; to sign and verify kms:SigningAlgorithm and
    kms:MessageType. MiniStack checked the alias and filled no key, so that a statement with one
    was refused. On which ARN AWS checks the tags of a new key is not documented; here `key/*`.
    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
    https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
    """
    original = iam_actions.request_tag_context

    def request_tag_context(
        service: str, iam_action: str, body: bytes, params: dict[str, Any]
    ) -> dict[str, Any]:
        context: dict[str, Any] = original(service, iam_action, body, params)
        if service != "kms":
            return context
        given = json.loads(body or b"{}")
        return {**context, **_of_key(iam_action, given if isinstance(given, dict) else {})}

    iam_actions.request_tag_context = request_tag_context


def _of_key(iam_action: str, given: dict[str, Any]) -> dict[str, Any]:
    operation = iam_action.partition(":")[2]
    prefix = f"arn:aws:kms:{get_region()}:{get_account_id()}"
    if operation == "CreateKey":
        spec = given.get("KeySpec") or given.get("CustomerMasterKeySpec") or "SYMMETRIC_DEFAULT"
        made = {"kms:KeySpec": spec, "kms:KeyUsage": given.get("KeyUsage", "ENCRYPT_DECRYPT")}
        checks: list[tuple[str, str, dict[str, Any]]] = [(iam_action, "*", {})]
        if given.get("Tags"):
            checks.append(("kms:TagResource", f"{prefix}:key/*", {}))
        return {**made, CHECKS: checks}
    named = str(given.get("TargetKeyId") or given.get("KeyId") or given.get("AliasName") or "")
    key = kms._resolve_key(named)
    if key is None:
        return {}
    context = {
        "kms:KeySpec": key["KeySpec"],
        "kms:KeyUsage": key["KeyUsage"],
        "kms:ResourceAliases": [
            arn.rpartition(":")[2] for arn, key_id in kms._aliases.items() if key_id == key["KeyId"]
        ],
    }
    if "alias/" in str(given.get("KeyId", "")):
        context["kms:RequestAlias"] = named.rpartition(":")[2]
    if operation in _SIGNING:
        context["kms:MessageType"] = given.get("MessageType", "RAW")
        context["kms:SigningAlgorithm"] = given.get("SigningAlgorithm", "")
    checked = [key["Arn"]]
    if operation in _ALIAS_ACTIONS:
        checked.append(f"{prefix}:{given.get('AliasName', '')}")
    return {**context, CHECKS: [(iam_action, arn, {}) for arn in checked]}
