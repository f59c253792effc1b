"""`make destroy`: shows what will go, asks, and leaves nothing of the stack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from tooling.adopt import find_unrecorded, plan_with_imports
from tooling.cloud import Cloud
from tooling.contents import contents_lines
from tooling.journal import cut_off, under_way
from tooling.preparation import Report, check_name, prepare
from tooling.retention import forget, is_kept, kept_modules
from tooling.spent import spent_invocations
from tooling.target import Target
from tooling.terraform_plan import Plan, make_plan

Confirm = Callable[[str], bool]


class NotConfirmedError(RuntimeError):
    """The user did not give the stack's name."""


class RemainsError(RuntimeError):
    """Something of the stack is still there."""


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
        NotConfirmedError: when `confirm` says no.
        TerraformError: when Terraform fails.
        RemainsError: when something is left.
    """
    prepare(target, report, backend_config)
    report(f"Looking at what there is on {target.where}")
    plan = make_plan(target.terraform, destroy=True)
    name = check_name(plan)
    kept = kept_modules(plan)
    cloud = Cloud(region=plan.variable("region"))
    interrupted = cut_off(target.journal)
    imports = _unrecorded(target, cloud) if adopt or interrupted else {}
    if plan.steps() or imports:
        for line in _what_goes(cloud, plan, imports, kept):
            report(line)
        if not confirm(name):
            raise NotConfirmedError(f"nothing was destroyed: the answer was not {name}")
        with under_way(target.journal, "destroy"):
            if imports:
                report(f"Taking over {len(imports)} resources that a cut-off run left")
                plan = _record(target, imports)
            if interrupted and (spent := spent_invocations(plan, target.terraform.state_content())):
                report(f"Passing over {len(spent)} steps of the cleanup that were taken before")
                target.terraform.forget(spent)
                plan = make_plan(target.terraform, destroy=True)
            if kept:
                forget(target.terraform, kept)
                plan = make_plan(target.terraform, destroy=True)
            _apply(plan, report)
            _check(target, cloud, kept)
    else:
        _check(target, cloud, kept)
        target.journal.unlink(missing_ok=True)
    but = f" but {', '.join(kept)}" if kept else ""
    report(f"Nothing of {name}{but} remains on {target.where}")


def _unrecorded(target: Target, cloud: Cloud) -> dict[str, str]:
    found = find_unrecorded(cloud, make_plan(target.terraform))
    return plan_with_imports(target.terraform, cloud, found)[1] if found else {}


def _record(target: Target, imports: dict[str, str]) -> Plan:
    """Brings the resources into the state, and plans the end of everything anew.

    Only these are applied, so that nothing else is made just to be destroyed.
    """
    root = target.terraform.data_dir / "imports"
    importing = replace(target.terraform, root=root)
    make_plan(importing, targets=list(imports)).apply(lambda _: None)
    return make_plan(target.terraform, destroy=True)


def _what_goes(
    cloud: Cloud, plan: Plan, imports: dict[str, str], kept: tuple[str, ...]
) -> list[str]:
    gone = [change for change in plan.changes("delete") if not is_kept(change.address, kept)]
    kinds = Counter(change.type for change in gone)
    lines = [f"{sum(kinds.values())} resources will be destroyed:"]
    lines += [f"  {count} {kind}" for kind, count in sorted(kinds.items())]
    lines += [f"  unrecorded: {identifier} ({address})" for address, identifier in imports.items()]
    lines += [f"  {line}" for line in contents_lines(cloud, gone)]
    return [*lines, *(f"{module} is kept, with all that it holds" for module in kept)]


def _apply(plan: Plan, report: Report) -> None:
    steps = plan.steps()
    plan.apply(lambda done: report(f"{done} of {steps} steps") if done % 20 == 0 else None)


def _check(target: Target, cloud: Cloud, kept: tuple[str, ...]) -> None:
    """Looks every name of the stack up once more, as Terraform's state proves nothing."""
    found = find_unrecorded(cloud, make_plan(target.terraform))
    left = {address: name for address, name in found.items() if not is_kept(address, kept)}
    if left:
        listed = ", ".join(list(left.values())[:5])
        raise RemainsError(
            f"{len(left)} resources of this stack's names are still there ({listed}): "
            "run `make destroy ADOPT=1` if no other state has them"
        )
