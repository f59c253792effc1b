"""Terraform's input: what the app should hold, and what the input before said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from amplify_settings.errors import InvalidRequest


@dataclass(frozen=True)
class Wish:
    """What an app should hold.

    Parameters:
        app_id: of the Amplify app.
        variables: the stack's environment variables.
        defaults: those that it sets only where the app has none of the name.
        branches: built anew when something changed.
    """

    app_id: str
    variables: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=dict)
    branches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """One call.

    Parameters:
        action: create, update or delete, as `lifecycle_scope = "CRUD"` passes it.
        wish: of this input; a delete brings that of the last apply.
        before: of the input before, None on create and delete.
    """

    action: str
    wish: Wish
    before: Wish | None = field(default=None)

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Request:
        """Reads the event; `InvalidRequest` names what is missing."""
        action = (event.get("tf") or {}).get("action")
        if action not in ("create", "update", "delete"):
            raise InvalidRequest(f"tf.action is {action!r}: this function is for Terraform to call")
        previous = event["tf"].get("prev_input") if action == "update" else None
        return cls(action, _wish(event), _wish(previous) if previous else None)


def _wish(values: Mapping[str, Any]) -> Wish:
    try:
        return Wish(
            app_id=str(values["app_id"]),
            variables=_texts(values["variables"]),
            # The input before may be of a version without any.
            defaults=_texts(values.get("defaults") or {}),
            branches=tuple(str(branch) for branch in values["branches"]),
        )
    except (AttributeError, KeyError, TypeError) as exc:
        raise InvalidRequest(f"the input lacks a usable {exc}") from exc


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in values.items()}
