"""Which variables an app holds afterwards: the stack's as told, everybody else's as they are."""

from __future__ import annotations

from collections.abc import Mapping


def merged(
    current: Mapping[str, str], ours: Mapping[str, str], formerly_ours: Mapping[str, str]
) -> dict[str, str]:
    """All variables after an apply.

    Parameters:
        current: what the app holds.
        ours: what the stack wants it to hold.
        formerly_ours: what the stack wanted before.
    """
    return {**without(current, formerly_ours), **ours}


def without(current: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """What stays when the stack's variables go.

    One whose value somebody changed by hand is theirs by now, and stays.
    """
    return {name: value for name, value in current.items() if ours.get(name) != value}
