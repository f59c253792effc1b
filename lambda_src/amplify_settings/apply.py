"""Brings apps in line with what Terraform asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from amplify_settings.app import App
from amplify_settings.errors import AppMissingError
from amplify_settings.merge import merged, without
from amplify_settings.request import Request, Wish

Open = Callable[[str], App]


@dataclass(frozen=True)
class Outcome:
    """What was done.

    Parameters:
        changed: names of the variables that were set, changed or removed.
        builds: id of the started build by branch.
    """

    changed: tuple[str, ...]
    builds: dict[str, str]


def apply(request: Request, open_app: Open) -> Outcome:
    """Does what the request asks for.

    Errors: `AppMissingError` and `BranchMissingError` unless something is to be removed.
    """
    if request.action == "delete":
        return _remove(request.wish, open_app)
    before = request.before
    moved = before is not None and before.app_id != request.wish.app_id
    outcome = _put(request.wish, None if moved else before, open_app)
    if before is not None and moved:
        _remove(before, open_app)
    return outcome


def _put(wish: Wish, before: Wish | None, open_app: Open) -> Outcome:
    app = open_app(wish.app_id)
    current = app.variables()
    wanted = merged(current, wish.variables, before.variables if before else {})
    changed = _differences(current, wanted)
    if not changed:
        return Outcome((), {})
    app.write(wanted)
    try:
        return Outcome(changed, {branch: app.build(branch) for branch in wish.branches})
    except Exception:
        # Else the next apply would find nothing to change and start no build.
        app.write(current)
        raise


def _remove(wish: Wish, open_app: Open) -> Outcome:
    app = open_app(wish.app_id)
    try:
        current = app.variables()
    except AppMissingError:
        return Outcome((), {})
    left = without(current, wish.variables)
    changed = _differences(current, left)
    if changed:
        app.write(left)
    return Outcome(changed, {})


def _differences(old: dict[str, str], new: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))
