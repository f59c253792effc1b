"""Which variables an app holds afterwards: the stack's as told, everybody else's as they are.

What the app's owner had under a name of the stack's is noted in a variable of its own, and comes
back when the stack's goes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from amplify_settings.request import Wish

REPLACED = "VIS_ASSIS_REPLACED"


def merged(current: Mapping[str, str], wish: Wish, before: Wish | None) -> dict[str, str]:
    """All variables after an apply.

    Parameters:
        current: what the app holds.
        wish: what the stack wants it to hold.
        before: what the stack wanted before.
    """
    # The ids among the variables are new: an app that holds all has them of a run that was cut off.
    is_written = all(current.get(name) == value for name, value in wish.variables.items())
    written = ([before] if before else []) + ([wish] if is_written else [])
    theirs = without(current, *written)
    defaults = {name: value for name, value in wish.defaults.items() if name not in theirs}
    replaced = {
        name: theirs[name]
        for name in sorted(wish.variables.keys() | wish.defaults.keys())
        if name in theirs
    }
    note = {REPLACED: json.dumps(replaced)} if replaced else {}
    return {**theirs, **defaults, **wish.variables, **note}


def without(current: Mapping[str, str], *written: Wish) -> dict[str, str]:
    """What stays when the stack's variables go.

    One whose value somebody changed by hand is theirs by now, and stays.

    Parameters:
        current: what the app holds.
        written: what the stack may have written.
    """
    replaced = json.loads(current.get(REPLACED, "{}"))
    left = {name: value for name, value in current.items() if name != REPLACED}
    for wish in written:
        for name, value in {**wish.defaults, **wish.variables}.items():
            gave_way = name in replaced and name not in wish.variables
            if left.get(name) != value or gave_way:
                continue
            if name in replaced:
                left[name] = replaced[name]
            else:
                del left[name]
    return left
