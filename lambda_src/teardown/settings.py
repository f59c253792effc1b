"""What the stack calls its own, from the function's environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.errors import SettingsError
from common.settings import json_object


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
    endpoint: str
    model_prefix: str
    groups: tuple[str, ...]
    pipelines: tuple[str, ...]
    writer_roles: tuple[str, ...]
    deletion_protection: bool = False
    retain_buckets: bool = False
    retain_models: bool = False


def from_environment(environment: Mapping[str, str]) -> Stack:
    """The stack in the variables STACK and KEEP; `SettingsError` names what is wrong in them."""
    names, keep = json_object(environment, "STACK"), json_object(environment, "KEEP")
    try:
        return Stack(
            name=str(names["name"]),
            endpoint=str(names["endpoint"]),
            model_prefix=str(names["model_prefix"]),
            groups=tuple(names["groups"]),
            pipelines=tuple(names["pipelines"]),
            writer_roles=tuple(names["writer_roles"]),
            deletion_protection=bool(keep["deletion_protection"]),
            retain_buckets=bool(keep["retain_buckets"]),
            retain_models=bool(keep["retain_models"]),
        )
    except (KeyError, TypeError) as exc:
        raise SettingsError(
            f"environment variables STACK and KEEP: {exc} is missing or malformed; "
            "apply the configuration again"
        ) from exc
