"""What an invocation asks for: the input that Terraform's resource holds, and why it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from teardown.errors import InvalidOrder

ACTIONS = ("create", "update", "delete")


@dataclass(frozen=True)
class Order:
    """One invocation.

    Parameters:
        action: what Terraform does to its resource; only `delete` removes anything.
        stage: which part of the teardown is due.
        is_last: whether what is still busy at the end is an error, as no further invocation of
            the same stage follows.
        names: what the stack calls its own, for the stages that go by names.
        domain_id: Studio domain that the stage is about, "" for none.
        vpc_id: VPC that the stage is about, "" for none.
    """

    action: str
    stage: str
    is_last: bool
    names: Mapping[str, Any] = field(default_factory=dict)
    domain_id: str = ""
    vpc_id: str = ""


def parse(event: Mapping[str, Any]) -> Order:
    """The order in an invocation by `aws_lambda_invocation` with lifecycle_scope CRUD.

    Errors: `InvalidOrder` when it is anything else, so that no stray invocation removes a stack.
    """
    try:
        action, stage = event["tf"]["action"], event["stage"]
    except (KeyError, TypeError) as exc:
        raise InvalidOrder(
            "expected an invocation by Terraform (stage, tf.action); nothing was removed. "
            "Run `terraform destroy` instead of invoking the function"
        ) from exc
    if action not in ACTIONS or not isinstance(stage, str):
        raise InvalidOrder(f"unknown action {action!r} or stage {stage!r}; nothing was removed")
    return Order(
        action=action,
        stage=stage,
        is_last=bool(event.get("is_last", True)),
        names=event.get("names", {}),
        domain_id=str(event.get("domain_id", "")),
        vpc_id=str(event.get("vpc_id", "")),
    )
