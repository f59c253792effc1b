"""Brings the app in line with what Terraform asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from amplify_settings.app import App
from amplify_settings.errors import AppMissingError, BranchBusyError, BuildsMissingError
from amplify_settings.merge import NOTE, merged, without
from amplify_settings.request import Request, Wish

# Waits a little and says whether there was time for it.
Wait = Callable[[], bool]


@dataclass(frozen=True)
class Outcome:
    """What was done.

    Parameters:
        changed: names of the variables that were set, changed or removed.
        builds: id of the started build by branch.
    """

    changed: tuple[str, ...]
    builds: dict[str, str]


def apply(request: Request, app: App, wait: Wait) -> Outcome:
    """Does what the request asks for.

    Errors: `AppMissingError`, `BranchMissingError` and `BranchBusyError`, with the app as it was,
    and `BuildsMissingError`, unless something is to be removed.
    """
    if request.action == "delete":
        return _remove(app)
    return _put(request.wish, app, wait)


def _put(wish: Wish, app: App, wait: Wait) -> Outcome:
    current = app.variables()
    wanted = merged(current, wish)
    if wanted == current:
        return Outcome((), {})
    changed = _differences(current, wanted)
    branches = wish.branches if changed else ()
    app.write(wanted)
    builds: dict[str, str] = {}
    try:
        for branch in branches:
            builds[branch] = _build(app, branch, wait)
    except Exception as exc:
        if not builds:
            # Else the next apply would find nothing to change and start no build.
            app.write(current)
            raise
        raise BuildsMissingError(_by_hand(app, branches[len(builds) :], exc)) from exc
    return Outcome(changed, builds)


def _build(app: App, branch: str, wait: Wait) -> str:
    """Waits for a build that began with the variables as they were."""
    while True:
        try:
            return app.build(branch)
        except BranchBusyError:
            if not wait():
                raise


def _by_hand(app: App, branches: tuple[str, ...], reason: Exception) -> str:
    commands = "; ".join(
        f"aws amplify start-job --app-id {app.id} --branch-name {branch} --job-type RELEASE"
        for branch in branches
    )
    return f"the variables are set, but not every branch is being built ({reason}): run {commands}"


def _remove(app: App) -> Outcome:
    try:
        current = app.variables()
    except AppMissingError:
        return Outcome((), {})
    left = without(current)
    if left != current:
        app.write(left)
    return Outcome(_differences(current, left), {})


def _differences(old: dict[str, str], new: dict[str, str]) -> tuple[str, ...]:
    names = (old.keys() | new.keys()) - {NOTE}
    return tuple(sorted(name for name in names if old.get(name) != new.get(name)))
