"""`make destroy`: shows what will go, asks, and leaves nothing of the stack.

A whole state is planned once and believed. The account is looked through only when a run was
interrupted, with ADOPT=1, or when the state knows what is gone or lacks the function that cleans
up.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vis_assis.aws.cloud import Cloud
from vis_assis.aws.data_inventory import contents_lines
from vis_assis.errors import CommandError
from vis_assis.stack.cleanup import knows_cleanup, made_beside, make_up_for
from vis_assis.stack.preparation import Confirm, Report, check_name, prepare
from vis_assis.stack.refusals import check_can_go
from vis_assis.stack.retention import forget, is_kept, kept_modules
from vis_assis.stack.target import Target
from vis_assis.takeover.adopt import find_unrecorded, import_root, plan_with_imports
from vis_assis.takeover.journal import close, cut_off, under_way
from vis_assis.takeover.stale_invocations import stale_invocations
from vis_assis.terraform.plan import Change, Plan, make_plan
from vis_assis.terraform.runner import Terraform

KEY = "aws_kms_key"
LISTED_NAMES = 3
_DATA = re.compile(r"(^|\.)data\.")


@dataclass(frozen=True)
class _Found:
    """What a destroy has before it.

    Args:
        going: what the state knows and what would be imported, without what is kept.
        kept: addresses of the modules that outlive the stack.
        imports: import ids by address of what the state does not know.
        stale: addresses of invocations that cannot run any more.
        beside: kind and name of what the cleanup removes.
        whole: a plan to create the stack, with the imports; None where the state is trusted.
    """

    going: Sequence[Change]
    kept: tuple[str, ...]
    imports: Mapping[str, str]
    stale: Sequence[str]
    beside: Sequence[tuple[str, str]]
    whole: Plan | None


def destroy(
    target: Target,
    report: Report,
    confirm: Confirm,
    *,
    backend_config: str | None = None,
    adopt: bool = False,
) -> None:
    """Removes the stack, with what an interrupted run left.

    Args:
        target: the stack.
        report: told what will go, and of each stage.
        confirm: given the stack's name, says whether to go on.
        backend_config: file with the settings of the state's backend.
        adopt: removes unrecorded resources even if no run was interrupted here.

    Raises:
        CommandError: when `confirm` says no, the stack or something in it is set to stay, or
            something is left.
        TerraformError: when Terraform fails.
        TeardownIncomplete: when the cleanup fails that is run from here.
    """
    prepare(target, report, backend_config)
    report(f"Looking at what there is on {target.where}")
    plan = make_plan(target.terraform, destroy=True)
    name = check_name(plan)
    cloud = Cloud(region=plan.variable("region"))
    takes_over = adopt or cut_off(target.journal, target.journal_copy) is not None
    found = _look(target, cloud, plan, takes_over=takes_over)
    check_can_go(cloud, name, found.going)
    # With an empty state, what was made beside it may be in the care of another one.
    if found.going or (takes_over and found.beside):
        for line in (*_lines(found), *(f"  {line}" for line in contents_lines(cloud, found.going))):
            report(line)
        for module in found.kept:
            report(f"{module} is kept, with all that it holds")
        if not confirm(name):
            raise CommandError(f"nothing was destroyed: the answer was not {name}")
        with under_way(target.journal, "destroy", target.journal_copy):
            if found.imports or found.stale or found.kept:
                _correct_state(target, found, report)
                plan = make_plan(target.terraform, destroy=True)
            if found.whole is not None:
                make_up_for(cloud, found.whole, report, found.stale)
            plan.apply_with_progress(report)
            _check(target, cloud, found, plan)
    else:
        _check(target, cloud, found, plan)
        close(target.journal, target.journal_copy)
    if found.kept:
        report("`make deploy ADOPT=1` takes over what was kept")
    but = f" but {', '.join(found.kept)}" if found.kept else ""
    for change in found.going:
        if change.type == KEY:
            report(
                f"The key {change.before['key_id']} stays for a week, unbilled: "
                "AWS deletes none at once"
            )
    if found.whole is None:
        report(f"Destroyed {name}{but} on {target.where}")
    else:
        report(f"Nothing of {name}{but} remains on {target.where}")


def _look(target: Target, cloud: Cloud, plan: Plan, *, takes_over: bool) -> _Found:
    """Looks at a stack; changes nothing in the account.

    Args:
        target: the stack.
        cloud: its account.
        plan: a plan to destroy it.
        takes_over: whether what the state does not know counts as the stack's.
    """
    existing = list(plan.changes("delete"))
    whole, imports = None, dict[str, str]()
    if takes_over or _is_part_gone(target.terraform, plan) or not knows_cleanup(plan):
        whole = make_plan(target.terraform)
    stale = stale_invocations(whole) if whole else []
    if whole and takes_over and (unrecorded := find_unrecorded(cloud, whole)):
        whole, imports = plan_with_imports(target.terraform, cloud, unrecorded)
        existing += [change for change in whole.all_changes() if change.address in imports]
    kept = kept_modules(plan, existing)
    going = [change for change in existing if not is_kept(change.address, kept)]
    return _Found(going, kept, imports, stale, made_beside(cloud, whole or plan), whole)


def _is_part_gone(terraform: Terraform, plan: Plan) -> bool:
    """Whether the state knows resources that do not exist; a plan to destroy is silent on them."""
    existing = {change.address for change in plan.all_changes()}
    recorded = {address for address in terraform.recorded() if not _DATA.search(address)}
    return not recorded <= existing


def _lines(found: _Found) -> Iterator[str]:
    """What will go, for the user."""
    yield f"{len(found.going)} resources will be destroyed:"
    kinds = Counter(change.type for change in found.going)
    yield from (f"  {count} {kind}" for kind, count in sorted(kinds.items()))
    for change in found.going:
        if change.address in found.imports:
            yield f"  unrecorded: {found.imports[change.address]} ({change.address})"
    names = defaultdict(list)
    for kind, name in found.beside:
        names[kind].append(name)
    for kind, listed in sorted(names.items()):
        some = ", ".join(listed[:LISTED_NAMES]) + (", …" if len(listed) > LISTED_NAMES else "")
        yield f"  and the cleanup removes {len(listed)} {kind} ({some})"


def _correct_state(target: Target, found: _Found, report: Report) -> None:
    """Makes the state what is to be destroyed: what exists, without what is stale or kept."""
    if found.imports:
        report(f"Taking over {len(found.imports)} resources that the state does not know")
        # These and what they depend on, to avoid creating resources only to delete them: a
        # dependency that is gone is made again, as the rights of a function.
        make_plan(import_root(target.terraform), targets=list(found.imports)).apply()
    if found.stale:
        report(f"Skipping {len(found.stale)} steps of the cleanup that cannot run any more")
        target.terraform.forget(found.stale)
    if found.kept:
        forget(target.terraform, found.kept)


def _check(target: Target, cloud: Cloud, found: _Found, plan: Plan) -> None:
    """Looks for what the cleanup was to remove and, unless the state was trusted, for all names."""
    left = []
    if found.whole is not None:
        plan = make_plan(target.terraform)
        unrecorded = find_unrecorded(cloud, plan).items()
        left = [name for address, name in unrecorded if not is_kept(address, found.kept)]
    left += [f"{kind} {name}" for kind, name in made_beside(cloud, plan)]
    if left:
        listed = ", ".join(left[:5])
        raise CommandError(
            f"{len(left)} resources of this stack's names are still there ({listed}): "
            "run `make destroy ADOPT=1` if no other state has them"
        )
