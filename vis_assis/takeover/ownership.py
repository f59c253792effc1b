"""Tells the stack's own resources from others of the same name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vis_assis.errors import CommandError
from vis_assis.takeover.planned import Planned


def only(kind: str, name: str, ids: Iterable[str]) -> str | None:
    """The one id, or None without any.

    Raises:
        CommandError: when there are several: which one is ours cannot be told.
    """
    found = list(ids)
    if len(found) > 1:
        raise CommandError(
            f"there are {len(found)} of {kind} {name} ({', '.join(found)}): delete the superfluous"
        )
    return found[0] if found else None


def is_ours(tags: Mapping[str, str] | None, planned: Planned) -> bool:
    """Whether the tag `project` is that of the stack that is planned."""
    wanted = (planned.get("tags_all") or {}).get("project")
    return wanted is not None and (tags or {}).get("project") == wanted
