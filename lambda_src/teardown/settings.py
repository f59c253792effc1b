"""What the stack is called, what of it is kept, and what it calls its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import SettingsError
from common.settings import json_object, positive_integer, text
from teardown.errors import InvalidOrder

ENDPOINT = r"({stack}-)?paligemma-endpoint-[0-9]{{12}}"
OWN = r"{stack}-.+"
FORMS = {
    "endpoint": ENDPOINT,
    "groups": OWN,
    "model_prefix": r"{stack}-navigation",
    "pipelines": OWN,
    "writers": OWN,
}
"""What the names in an order may look like, in a stack of this name."""


@dataclass(frozen=True)
class Stack:
    """Names of what may be removed; nothing else ever is.

    Parameters:
        name: name prefix of the stack, and value of the tag `Stack`.
        endpoint: name of the navigation endpoint.
        model_prefix: what the names of its models and endpoint configs begin with, before `-`.
        groups: model package groups.
        pipelines: pipelines.
        settle_seconds: how long after losing its rights a writer may still make something.
        writers: functions that would make things again; their roles have the same names.
        deletion_protection: whether nothing at all may be removed.
        retain_buckets, retain_models: whether buckets and registered versions outlive the stack.
        user_pool_protection: whether Cognito would refuse to delete the user pool.
    """

    name: str
    endpoint: str = ""
    model_prefix: str = ""
    groups: tuple[str, ...] = ()
    pipelines: tuple[str, ...] = ()
    settle_seconds: int = 60
    writers: tuple[str, ...] = ()
    deletion_protection: bool = False
    retain_buckets: bool = False
    retain_models: bool = False
    user_pool_protection: bool = False


def read(environment: Mapping[str, str], names: Mapping[str, Any]) -> Stack:
    """The stack from STACK_NAME, KEEP and SETTLE_SECONDS, and from the names in the order.

    Errors: `SettingsError` names what is missing or malformed; `InvalidOrder` a name that no stack
    of this name has, so that no order reaches beyond it.
    """
    keep = json_object(environment, "KEEP")
    _check(text(environment, "STACK_NAME"), names)
    try:
        return Stack(
            name=text(environment, "STACK_NAME"),
            endpoint=str(names.get("endpoint", "")),
            model_prefix=str(names.get("model_prefix", "")),
            groups=tuple(names.get("groups", ())),
            pipelines=tuple(names.get("pipelines", ())),
            settle_seconds=positive_integer(environment, "SETTLE_SECONDS"),
            writers=tuple(names.get("writers", ())),
            deletion_protection=bool(keep["deletion_protection"]),
            retain_buckets=bool(keep["retain_buckets"]),
            retain_models=bool(keep["retain_models"]),
            user_pool_protection=bool(keep["user_pool_protection"]),
        )
    except (KeyError, TypeError, AttributeError) as exc:
        raise SettingsError(
            f"environment variable KEEP or the order's names: {exc} is missing or malformed; "
            "apply the configuration again"
        ) from exc


def _check(stack: str, names: Mapping[str, Any]) -> None:
    if not isinstance(names, Mapping) or (unknown := names.keys() - FORMS.keys()):
        what = sorted(unknown) if isinstance(names, Mapping) else names
        raise InvalidOrder(f"names: {what!r} is not what Terraform sends; nothing was removed")
    for field, given in names.items():
        form = FORMS[field].format(stack=re.escape(stack))
        for name in given if isinstance(given, list) else [given]:
            if not isinstance(name, str) or not re.fullmatch(form, name):
                raise InvalidOrder(
                    f"names.{field}: {name!r} is not of the stack {stack}; nothing was removed"
                )
