"""`make deploy`: brings the stack to what the configuration says, from whatever state it is in.

It applies the plan that it showed, and asks first when that plan destroys what holds data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vis_assis.aws.cloud import Cloud
from vis_assis.aws.data_inventory import contents_lines
from vis_assis.errors import CommandError
from vis_assis.stack.preparation import Confirm, Report, check_name, prepare
from vis_assis.stack.target import Target
from vis_assis.takeover.adopt import find_unrecorded, plan_with_imports
from vis_assis.takeover.journal import cut_off, under_way
from vis_assis.takeover.orphaned_models import keep_in_production
from vis_assis.takeover.stale_invocations import stale_invocations
from vis_assis.terraform.plan import Plan, make_plan


def deploy(
    target: Target,
    report: Report,
    confirm: Confirm,
    *,
    backend_config: str | None = None,
    adopt: bool = False,
) -> dict[str, Any]:
    """Packages, plans, takes over what an interrupted run left, applies, and returns the outputs.

    Args:
        target: the stack.
        report: told what will change, and of each stage.
        confirm: given the stack's name, says whether data may be destroyed; else it is not asked.
        backend_config: file with the settings of the state's backend.
        adopt: takes over unrecorded resources even if no run was interrupted here.

    Raises:
        CommandError: when resources of the stack's names belong to another state, or `confirm`
            says no.
        TerraformError: when Terraform fails.
    """
    prepare(target, report, backend_config)
    report(f"Planning for {target.where}")
    plan = make_plan(target.terraform)
    name = check_name(plan)
    if stale := stale_invocations(plan):
        target.terraform.forget(stale)
        plan = make_plan(target.terraform)
    cloud = Cloud(region=plan.variable("region"))
    plan, imports = _with_unrecorded(target, cloud, plan, report, adopt)
    for line in plan.summary():
        report(f"  {line}")
    removed = (change for change in plan.all_changes() if "delete" in change.actions)
    lost = contents_lines(cloud, removed)
    for line in lost:
        report(f"Destroyed with its contents: {line}")
    if lost and not confirm(name):
        raise CommandError(f"nothing was changed: the answer was not {name}")
    for key in keep_in_production(cloud, plan, imports):
        report(f"Stays in production as an upload by hand, its version is gone: {key}")
    if not plan.steps():
        report("Nothing to change")
    with under_way(target.journal, "deploy", target.journal_copy):
        plan.apply_with_progress(report)
    return target.terraform.outputs()


def _with_unrecorded(
    target: Target, cloud: Cloud, plan: Plan, report: Report, adopt: bool
) -> tuple[Plan, Mapping[str, str]]:
    found = find_unrecorded(cloud, plan)
    if not found:
        return plan, {}
    interrupted = cut_off(target.journal, target.journal_copy)
    if not (interrupted or adopt):
        raise CommandError(
            f"{len(found)} resources of this stack exist that this state does not know, such as "
            f"{next(iter(found))} ({next(iter(found.values()))}): use the state that they are in "
            "or another name_prefix; if that state is lost, ADOPT=1 takes them over"
        )
    report(f"Taking over {len(found)} unrecorded resources ({interrupted or 'ADOPT=1'})")
    return plan_with_imports(target.terraform, cloud, found)
