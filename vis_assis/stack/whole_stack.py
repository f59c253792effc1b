"""All that there is of a stack: what its state knows, what it does not, and what others made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vis_assis.aws.cloud import Cloud
from vis_assis.aws.data_inventory import contents_lines
from vis_assis.stack.cleanup import made_beside
from vis_assis.takeover.adopt import find_unrecorded, plan_with_imports
from vis_assis.terraform.plan import Change, Plan, make_plan
from vis_assis.terraform.runner import Terraform

LISTED_NAMES = 3


@dataclass(frozen=True)
class WholeStack:
    """What a destroy has before it.

    Args:
        plan: a plan to create or change it, with the imports.
        existing: what the state knows, and what would be imported.
        imports: import ids by address of what the state does not know.
        made_beside: kind and name of what Terraform did not make and the cleanup removes.
    """

    plan: Plan
    existing: Sequence[Change]
    imports: Mapping[str, str]
    made_beside: Sequence[tuple[str, str]]

    def lines(self, cloud: Cloud, going: Sequence[Change], kept: Sequence[str]) -> list[str]:
        """What will go, for the user, with sizes and versions.

        Args:
            cloud: the account.
            going: those of the existing that are not kept.
            kept: addresses of the modules that are.
        """
        kinds = Counter(change.type for change in going)
        lines = [f"{len(going)} resources will be destroyed:"]
        lines += [f"  {count} {kind}" for kind, count in sorted(kinds.items())]
        lines += [
            f"  unrecorded: {self.imports[change.address]} ({change.address})"
            for change in going
            if change.address in self.imports
        ]
        names = defaultdict(list)
        for kind, name in self.made_beside:
            names[kind].append(name)
        lines += [
            f"  and the cleanup removes {len(found)} {kind} "
            f"({', '.join(found[:LISTED_NAMES])}{', …' if len(found) > LISTED_NAMES else ''})"
            for kind, found in sorted(names.items())
        ]
        lines += [f"  {line}" for line in contents_lines(cloud, going)]
        return [*lines, *(f"{module} is kept, with all that it holds" for module in kept)]


def look(terraform: Terraform, cloud: Cloud, plan: Plan, *, with_unrecorded: bool) -> WholeStack:
    """Looks at a stack; changes nothing in the account.

    Args:
        terraform: its configuration.
        cloud: the account.
        plan: a plan to destroy it.
        with_unrecorded: whether what the state does not know counts as the stack's.
    """
    recorded = list(plan.changes("delete"))
    whole = make_plan(terraform)
    imports: dict[str, str] = {}
    if with_unrecorded and (found := find_unrecorded(cloud, whole)):
        whole, imports = plan_with_imports(terraform, cloud, found)
    imported = [change for change in whole.all_changes() if change.address in imports]
    return WholeStack(whole, [*recorded, *imported], imports, made_beside(cloud, whole))
