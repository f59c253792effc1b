"""Takes over what exists under the stack's names although Terraform's state does not know it.

A killed run leaves resources that were made but not recorded. All names follow from the
configuration, so whatever a plan wants to create is looked up: what is there already is imported
in the very plan that creates the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from vis_assis.aws.cloud import Cloud
from vis_assis.takeover.import_root import make_import_root
from vis_assis.takeover.rules import find
from vis_assis.terraform.plan import Plan, make_plan
from vis_assis.terraform.runner import Terraform

LOOKUPS_AT_ONCE = 8


def find_unrecorded(cloud: Cloud, plan: Plan) -> dict[str, str]:
    """What the plan would create although it exists: import ids by address.

    Args:
        cloud: the account to look in.
        plan: a plan to create or change.

    Raises:
        CommandError: when something cannot be told apart.
    """
    creations = list(plan.changes("create"))
    with ThreadPoolExecutor(LOOKUPS_AT_ONCE) as pool:
        found = pool.map(lambda change: find(cloud, change), creations)
    return {
        change.address: identifier
        for change, identifier in zip(creations, found, strict=True)
        if identifier is not None
    }


def plan_with_imports(
    terraform: Terraform, cloud: Cloud, found: Mapping[str, str]
) -> tuple[Plan, dict[str, str]]:
    """Plans with everything found imported, until a plan finds no more.

    What belongs to something imported, such as the routes of an API, can be looked up only once
    its parent's id is known; hence more than one round.

    Args:
        terraform: the configuration.
        cloud: the account to look in.
        found: import ids by address, as `find_unrecorded` gives them.

    Returns:
        The plan, and all import ids by address.
    """
    imports = dict(found)
    folder = terraform.data_dir / "imports"
    while True:
        root = make_import_root(terraform.root, folder, imports)
        plan = make_plan(replace(terraform, root=root))
        more = find_unrecorded(cloud, plan)
        if not more:
            return plan, imports
        imports |= more
