"""What comes before every plan of a stack: sound state, packaged functions, providers, its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import catalogue
from vis_assis.aws.cloud import Cloud
from vis_assis.build import package_lambdas
from vis_assis.errors import CommandError
from vis_assis.stack.target import Target
from vis_assis.terraform.plan import Plan
from vis_assis.terraform.state_file import mend

Report = Callable[[str], None]
Confirm = Callable[[str], bool]


def prepare(target: Target, report: Report, backend_config: str | None = None) -> None:
    """Readies the configuration for a plan; changes nothing in the account.

    Args:
        target: the stack.
        report: told of each stage in a few words.
        backend_config: file with the settings of the state's backend.

    Raises:
        CatalogueError: when models.yaml breaks its schema.
        CommandError: without credentials that work.
        TerraformError: when the providers or the backend cannot be set up.
    """
    root = target.terraform.root
    catalogue.load(root / "models.yaml")
    Cloud().identity  # noqa: B018 - raises, before Terraform words it in twenty lines
    if target.terraform.state and (mended := mend(target.terraform.state)):
        report(mended)
    report("Packaging the Lambda functions")
    package_lambdas.build(root / "build" / "lambda", root)
    target.terraform.init(backend_config)


def recorded_resources(plan: Plan) -> Iterator[Mapping[str, Any]]:
    """The managed resources in the state, as far as the plan's refresh found them."""
    return _resources(plan.content.get("prior_state", {}).get("values", {}).get("root_module", {}))


def recorded_name(plan: Plan) -> str | None:
    """The name of the stack that the state holds, read from its tags; None for an empty state."""
    names = Counter(
        tags["project"]
        for resource in recorded_resources(plan)
        if (tags := resource["values"].get("tags_all")) and "project" in tags
    )
    return names.most_common(1)[0][0] if names else None


def check_name(plan: Plan) -> str:
    """The stack's name, when variables and state agree on it.

    Raises:
        CommandError: when they do not: Terraform would replace one stack by the other.
    """
    wanted, recorded = str(plan.variable("name_prefix")), recorded_name(plan)
    if recorded not in (None, wanted):
        raise CommandError(
            f"the state is that of the stack {recorded}, but name_prefix is {wanted}: "
            f"give VARS='-var name_prefix={recorded}', or use another state for {wanted}"
        )
    return wanted


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (r for r in module.get("resources", []) if r["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from _resources(child)
