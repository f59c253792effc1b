"""`make destroy`: shows what will go, asks, and leaves nothing of the stack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vis_assis.aws.cloud import Cloud
from vis_assis.errors import CommandError
from vis_assis.stack.cleanup import made_beside, make_up_for
from vis_assis.stack.preparation import Report, check_name, prepare
from vis_assis.stack.refusals import check_can_go
from vis_assis.stack.retention import forget, is_kept, kept_modules
from vis_assis.stack.target import Target
from vis_assis.stack.whole_stack import WholeStack, look
from vis_assis.takeover.adopt import find_unrecorded
from vis_assis.takeover.journal import close, cut_off, under_way
from vis_assis.takeover.stale_invocations import spent_invocations
from vis_assis.terraform.plan import Plan, make_plan

Confirm = Callable[[str], bool]


def destroy(
    target: Target,
    report: Report,
    confirm: Confirm,
    *,
    backend_config: str | None = None,
    adopt: bool = False,
) -> None:
    """Removes the stack, what a cut-off run left included.

    Args:
        target: the stack.
        report: told what will go, and of each stage.
        confirm: given the stack's name, says whether to go on.
        backend_config: file with the settings of the state's backend.
        adopt: removes unrecorded resources even if no run was cut off here.

    Raises:
        CommandError: when `confirm` says no.
        CommandError: when the stack, or something in it, is set to stay.
        TerraformError: when Terraform fails.
        TeardownIncomplete: when the cleanup fails that is run from here.
        CommandError: when something is left.
    """
    prepare(target, report, backend_config)
    report(f"Looking at what there is on {target.where}")
    plan = make_plan(target.terraform, destroy=True)
    name = check_name(plan)
    cloud = Cloud(region=plan.variable("region"))
    spent = spent_invocations(plan, target.terraform.state_content())
    is_partial = adopt or cut_off(target.journal, target.journal_copy) is not None
    stack = look(target.terraform, cloud, plan, with_unrecorded=is_partial)
    kept = kept_modules(plan, stack.existing)
    going = [change for change in stack.existing if not is_kept(change.address, kept)]
    check_can_go(cloud, name, going)
    # With an empty state, what was made beside it may be in the care of another one.
    if going or (is_partial and stack.made_beside):
        for line in stack.lines(cloud, going, kept):
            report(line)
        if not confirm(name):
            raise CommandError(f"nothing was destroyed: the answer was not {name}")
        with under_way(target.journal, "destroy", target.journal_copy):
            whole = stack.plan
            if stack.imports or spent or kept:
                _bring_together(target, stack, spent, kept, report)
                plan = make_plan(target.terraform, destroy=True)
                whole = make_plan(target.terraform)
            make_up_for(cloud, whole, report)
            _apply(plan, report)
            _check(target, cloud, kept)
    else:
        _check(target, cloud, kept)
        close(target.journal, target.journal_copy)
    but = f" but {', '.join(kept)}" if kept else ""
    report(f"Nothing of {name}{but} remains on {target.where}")


def _bring_together(
    target: Target, stack: WholeStack, spent: list[str], kept: tuple[str, ...], report: Report
) -> None:
    """Makes the state what is to be destroyed: what exists, without what is spent or kept."""
    if stack.imports:
        report(f"Taking over {len(stack.imports)} resources that the state does not know")
        _record(target, stack)
    if spent:
        report(f"Passing over {len(spent)} steps of the cleanup that cannot be taken any more")
        target.terraform.forget(spent)
    if kept:
        forget(target.terraform, kept)


def _record(target: Target, stack: WholeStack) -> None:
    """Brings the unrecorded resources into the state.

    Only these and what they depend on are applied, so that little is made just to be destroyed:
    a dependency that is gone is made again, as the rights of a function that a cleanup took away.
    """
    importing = replace(target.terraform, root=target.terraform.data_dir / "imports")
    make_plan(importing, targets=list(stack.imports)).apply(lambda _: None)


def _apply(plan: Plan, report: Report) -> None:
    steps = plan.steps()
    plan.apply(lambda done: report(f"{done} of {steps} steps") if done % 20 == 0 else None)


def _check(target: Target, cloud: Cloud, kept: tuple[str, ...]) -> None:
    """Looks every name of the stack up once more, as Terraform's state proves nothing."""
    plan = make_plan(target.terraform)
    found = find_unrecorded(cloud, plan)
    left = [name for address, name in found.items() if not is_kept(address, kept)]
    left += [f"{kind} {name}" for kind, name in made_beside(cloud, plan)]
    if left:
        listed = ", ".join(left[:5])
        raise CommandError(
            f"{len(left)} resources of this stack's names are still there ({listed}): "
            "run `make destroy ADOPT=1` if no other state has them"
        )
