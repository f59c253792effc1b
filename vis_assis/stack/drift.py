"""`make drift`: what differs between the account and the configuration, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from vis_assis.stack.preparation import Report, check_name, prepare
from vis_assis.stack.target import Target
from vis_assis.terraform.plan import Change, Plan, make_plan


def drift(target: Target, report: Report, *, backend_config: str | None = None) -> list[str]:
    """A line for each resource that is not as the configuration says; none when all are.

    Args:
        target: the stack.
        report: told of each stage.
        backend_config: file with the settings of the state's backend.

    Raises:
        CommandError: when the state is another stack's.
        TerraformError: when Terraform fails.
    """
    prepare(target, report, backend_config)
    report(f"Comparing with {target.where}")
    plan = make_plan(target.terraform)
    check_name(plan)
    return list(lines(plan))


def lines(plan: Plan) -> Iterator[str]:
    """What a deploy would do, and whether somebody else was there before."""
    moved = {change.address: change for change in plan.drifted()}
    for change in plan.all_changes():
        if change.actions == ("no-op",):
            continue
        by = moved.get(change.address)
        if change.actions == ("create",):
            gone = by is not None and by.actions == ("delete",)
            yield f"{change.address} {'was deleted' if gone else 'is not there yet'}"
        elif change.actions == ("delete",):
            yield f"{change.address} is not in the configuration"
        elif by and (names := _names(by)):
            yield f"{change.address} was changed by hand: {', '.join(names)}"
        else:
            yield f"{change.address} differs from the configuration: {', '.join(_names(change))}"


def _names(change: Change) -> list[str]:
    names = sorted(change.before.keys() | change.after.keys())
    # Terraform tells an empty map or list from none; an account does not.
    return [n for n in names if (change.before.get(n) or None) != (change.after.get(n) or None)]
