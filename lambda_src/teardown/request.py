"""What an invocation asks for: the input of Terraform's resource, and the stack's settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import SettingsError
from common.settings import json_object, positive_integer, text
from teardown.errors import InvalidRequest

ACTIONS = ("create", "update", "delete")
GUARD = "guard"
FIELDS = {
    GUARD: (),
    "model": ("group", "pipeline"),
    "navigation": ("endpoint", "model_prefix", "writers"),
    "network": ("vpc_id",),
    "studio": ("domain_id",),
}
"""Stages, and what a request for each of them has to name."""

FORMS = {
    "domain_id": r"d-[a-z0-9-]+",
    "endpoint": r"({stack}-)?paligemma-endpoint-[0-9]{{12}}",
    "group": r"{stack}-.+",
    "model_prefix": r"{stack}-navigation",
    "pipeline": r"{stack}-.+",
    "vpc_id": r"vpc-[a-z0-9]+",
    "writers": r"{stack}-.+",
}
"""What a stack of this name calls its own."""


@dataclass(frozen=True)
class Stack:
    """The function's settings.

    Attributes:
        name: name prefix of the stack, and value of the tag `Stack`.
        settle_seconds: how long IAM may go on granting a right that was taken away.
        deletion_protection: whether nothing at all may be removed.
        retain_buckets: whether the buckets outlive the stack.
        retain_models: whether registered versions outlive the stack.
        user_pool_protection: whether Cognito would refuse to delete the user pool.
    """

    name: str
    settle_seconds: int = 60
    deletion_protection: bool = False
    retain_buckets: bool = False
    retain_models: bool = False
    user_pool_protection: bool = False


@dataclass(frozen=True)
class Request:
    """One invocation.

    Attributes:
        action: what Terraform does to its resource; only `delete` removes anything.
        stage: which part of the stack is due.
        endpoint: the navigation endpoint.
        model_prefix: what the names of its models and endpoint configs begin with, before `-`.
        writers: functions that could make things again; their roles have the same names.
        group: model package group.
        pipeline: pipeline that registers in this group.
        domain_id: Studio domain.
        vpc_id: VPC of a Studio domain that is gone.
    """

    action: str
    stage: str
    endpoint: str = ""
    model_prefix: str = ""
    writers: tuple[str, ...] = ()
    group: str = ""
    pipeline: str = ""
    domain_id: str = ""
    vpc_id: str = ""


def read_stack(environment: Mapping[str, str]) -> Stack:
    """Reads STACK_NAME, KEEP and SETTLE_SECONDS.

    Raises:
        SettingsError: names what is missing or malformed.
    """
    try:
        return Stack(
            name=text(environment, "STACK_NAME"),
            settle_seconds=positive_integer(environment, "SETTLE_SECONDS"),
            **{name: bool(value) for name, value in json_object(environment, "KEEP").items()},
        )
    except TypeError as exc:
        raise SettingsError(f"environment variable KEEP: {exc}; apply the configuration") from exc


def parse(event: Mapping[str, Any], stack: str) -> Request:
    """Reads an invocation by `aws_lambda_invocation` with `lifecycle_scope = "CRUD"`.

    Args:
        event: what the function was invoked with.
        stack: name of the stack, which the names in the event have to be of.

    Raises:
        InvalidRequest: when it is anything else, so that nothing but Terraform removes a stack,
            and no request reaches beyond it.
    """
    try:
        action, stage = event["tf"]["action"], event["stage"]
    except (KeyError, TypeError) as exc:
        raise InvalidRequest(
            "expected an invocation by Terraform (stage, tf.action); nothing was removed. "
            "Run `terraform destroy` instead of invoking the function"
        ) from exc
    if action not in ACTIONS or stage not in FIELDS:
        raise InvalidRequest(f"unknown action {action!r} or stage {stage!r}; nothing was removed")
    named = {name: value for name, value in event.items() if name not in ("stage", "tf")}
    if set(named) != set(FIELDS[stage]):
        raise InvalidRequest(
            f"stage {stage} takes {', '.join(FIELDS[stage]) or 'nothing'}, not "
            f"{', '.join(named) or 'nothing'}; nothing was removed"
        )
    for field, value in named.items():
        _check(field, value, FORMS[field].format(stack=re.escape(stack)))
    return Request(action, stage, **{**named, "writers": tuple(named.get("writers", ()))})


def _check(field: str, value: Any, form: str) -> None:
    values = value if field == "writers" else [value]
    if not isinstance(values, list) or not all(
        isinstance(name, str) and re.fullmatch(form, name) for name in values
    ):
        raise InvalidRequest(f"{field}: {value!r} is not of this stack; nothing was removed")
