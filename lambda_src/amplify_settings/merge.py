"""Which variables an app holds afterwards: the stack's as told, everybody else's as they are.

A variable of its own notes what the stack wrote, and what the app's owner had under each name,
which comes back when the stack's goes. Terraform's input cannot tell: it is that of an apply that
failed or was interrupted, too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from amplify_settings.errors import InvalidRequest
from amplify_settings.request import Wish

NOTE = "VIS_ASSIS_SETTINGS"


def merged(current: Mapping[str, str], wish: Wish) -> dict[str, str]:
    """All variables after an apply.

    Parameters:
        current: what the app holds.
        wish: what the stack wants it to hold.
    """
    theirs = without(current)
    defaults = {name: value for name, value in wish.defaults.items() if name not in theirs}
    ours = {**defaults, **wish.variables}
    note = {name: (value, theirs.get(name)) for name, value in sorted(ours.items())}
    return {**theirs, **ours, NOTE: json.dumps(note)}


def without(current: Mapping[str, str]) -> dict[str, str]:
    """What stays of what the app holds when the stack's variables go.

    One whose value somebody changed by hand is theirs by now, and stays.
    """
    left = {name: value for name, value in current.items() if name != NOTE}
    for name, (ours, theirs) in _written(current).items():
        if left.get(name) != ours:
            continue
        if theirs is None:
            del left[name]
        else:
            left[name] = theirs
    return left


def _written(current: Mapping[str, str]) -> dict[str, tuple[str, str | None]]:
    """What the stack wrote, and what was there before, by name."""
    if NOTE not in current:
        return {}
    try:
        return {name: (ours, theirs) for name, (ours, theirs) in json.loads(current[NOTE]).items()}
    except (AttributeError, TypeError, ValueError) as exc:
        raise InvalidRequest(
            f"the variable {NOTE} of the Amplify app is not as it was written: delete it"
        ) from exc
