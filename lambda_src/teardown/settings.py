"""What the stack is called, what of it is kept, and what it calls its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import SettingsError
from common.settings import json_object, text


@dataclass(frozen=True)
class Stack:
    """Names of what may be removed; nothing else ever is.

    Parameters:
        name: name prefix of the stack, and value of the tag `Stack`.
        endpoint: name of the navigation endpoint.
        model_prefix: what the names of its models and endpoint configs begin with, before `-`.
        groups: model package groups.
        pipelines: pipelines.
        writer_roles: roles of the functions that would make things again.
        deletion_protection: whether nothing at all may be removed.
        retain_buckets, retain_models: whether buckets and registered versions outlive the stack.
    """

    name: str
    endpoint: str = ""
    model_prefix: str = ""
    groups: tuple[str, ...] = ()
    pipelines: tuple[str, ...] = ()
    writer_roles: tuple[str, ...] = ()
    deletion_protection: bool = False
    retain_buckets: bool = False
    retain_models: bool = False


def read(environment: Mapping[str, str], names: Mapping[str, Any]) -> Stack:
    """The stack from the variables STACK_NAME and KEEP, and from the names in the order.

    Errors: `SettingsError` names what is missing or malformed.
    """
    keep = json_object(environment, "KEEP")
    try:
        return Stack(
            name=text(environment, "STACK_NAME"),
            endpoint=str(names.get("endpoint", "")),
            model_prefix=str(names.get("model_prefix", "")),
            groups=tuple(names.get("groups", ())),
            pipelines=tuple(names.get("pipelines", ())),
            writer_roles=tuple(names.get("writer_roles", ())),
            deletion_protection=bool(keep["deletion_protection"]),
            retain_buckets=bool(keep["retain_buckets"]),
            retain_models=bool(keep["retain_models"]),
        )
    except (KeyError, TypeError, AttributeError) as exc:
        raise SettingsError(
            f"environment variable KEEP or the order's names: {exc} is missing or malformed; "
            "apply the configuration again"
        ) from exc
