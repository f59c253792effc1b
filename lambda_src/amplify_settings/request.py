"""Terraform's input: what the app should hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from amplify_settings.errors import InvalidRequest


@dataclass(frozen=True)
class Wish:
    """What the app should hold.

    Parameters:
        variables: the stack's environment variables.
        defaults: those that it sets only where the app has none of the name.
        branches: built again when something changed.
    """

    variables: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=dict)
    branches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """One call.

    Parameters:
        action: create, update or delete, as `lifecycle_scope = "CRUD"` passes it.
        wish: of this input; a delete brings that of the last apply.
    """

    action: str
    wish: Wish

    @classmethod
    def from_event(cls, event: Mapping[str, Any], owned: Collection[str]) -> Request:
        """Reads the event; `InvalidRequest` names what is missing, or not the function's to write.

        Parameters:
            event: of Terraform's invocation.
            owned: names of the variables that the function may write.
        """
        action = (event.get("tf") or {}).get("action")
        if action not in ("create", "update", "delete"):
            raise InvalidRequest(f"tf.action is {action!r}: this function is for Terraform to call")
        wish = _wish(event)
        foreign = sorted({*wish.variables, *wish.defaults}.difference(owned))
        if foreign and action != "delete":
            raise InvalidRequest(f"{', '.join(foreign)}: not among the function's VARIABLE_NAMES")
        return cls(action, wish)


def _wish(values: Mapping[str, Any]) -> Wish:
    try:
        return Wish(
            variables=_texts(values["variables"]),
            defaults=_texts(values["defaults"]),
            branches=tuple(str(branch) for branch in values["branches"]),
        )
    except (AttributeError, KeyError, TypeError) as exc:
        raise InvalidRequest(f"the input lacks a usable {exc}") from exc


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in values.items()}
