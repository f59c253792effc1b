"""Takes over what exists under the stack's names although Terraform's state does not know it.

An interrupted run leaves resources that were made but not recorded. All names follow from the
configuration, so whatever a plan wants to create is looked up: what is there already is imported
in the very plan that creates the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from botocore.exceptions import ClientError

from vis_assis.aws.cloud import Cloud, is_not_found
from vis_assis.errors import CommandError
from vis_assis.takeover.finders import FINDERS, GO_WITH_PARENT
from vis_assis.terraform.linked_root import link_root
from vis_assis.terraform.plan import Change, Plan, make_plan
from vis_assis.terraform.runner import Terraform

LOOKUPS_AT_ONCE = 8


def find_unrecorded(cloud: Cloud, plan: Plan) -> dict[str, str]:
    """What the plan would create although it exists: import ids by address.

    Args:
        cloud: the account to look in.
        plan: a plan to create or change.

    Raises:
        CommandError: when several resources fit, or a resource type has no finder.
        botocore.exceptions.ClientError: when AWS refuses to tell.
    """
    creations = list(plan.changes("create"))
    with ThreadPoolExecutor(LOOKUPS_AT_ONCE) as pool:
        found = list(pool.map(lambda change: _find(cloud, change), creations))
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
    importing = import_root(terraform)
    while True:
        blocks = (
            f"import {{\n  to = {address}\n  id = {json.dumps(identifier)}\n}}\n"
            for address, identifier in imports.items()
        )
        # Import blocks are configuration: another run from the same folder must not see them.
        link_root(terraform.root, importing.root, without=["tests"])
        (importing.root / "adopted_imports.tf").write_text("\n".join(blocks))
        plan = make_plan(importing)
        more = find_unrecorded(cloud, plan)
        if not more:
            return plan, imports
        imports |= more


def import_root(terraform: Terraform) -> Terraform:
    """The configuration with the import blocks that `plan_with_imports` wrote last."""
    return replace(terraform, root=terraform.data_dir / "imports")


def _find(cloud: Cloud, change: Change) -> str | None:
    if change.type in GO_WITH_PARENT:
        return None
    finder = FINDERS.get(change.type)
    if finder is None:
        raise CommandError(f"{change.type} has no finder: add it to vis_assis/takeover/finders.py")
    try:
        return finder.find(cloud, change.after)
    except ClientError as error:
        if is_not_found(error):
            return None
        raise
