"""What a destroy keeps because the stack is set to: its buckets, its registered models."""

from __future__ import annotations

from collections.abc import Iterable

from vis_assis.errors import CommandError
from vis_assis.stack.refusals import deployed_settings
from vis_assis.terraform.plan import Change, Plan
from vis_assis.terraform.runner import Terraform

# The guard refuses a destroy that would take what is kept, as Terraform cannot leave it by itself.
GUARD = "aws_lambda_invocation.teardown_guard"
KEPT_MODULES = {
    "retain_buckets": "module.model_buckets",
    "retain_models": "module.model_registry",
}


def kept_modules(plan: Plan, existing: Iterable[Change]) -> tuple[str, ...]:
    """Addresses of the modules that outlive the stack.

    Args:
        plan: any plan of the stack, for the variables.
        existing: changes that plans make to what is deployed.

    Raises:
        CommandError: when the deployed stack and the variables do not agree.
    """
    recorded = deployed_settings(existing)
    for name in KEPT_MODULES:
        wanted = bool(plan.variable(name))
        if recorded is not None and bool(recorded[name]) != wanted:
            raise CommandError(
                f"{name} is {str(wanted).lower()} here but the stack was deployed with the "
                f"opposite: give the same VARS, or run `make deploy` with {name} as it should be"
            )
    return tuple(module for name, module in KEPT_MODULES.items() if plan.variable(name))


def is_kept(address: str, kept: tuple[str, ...]) -> bool:
    """Whether the resource belongs to one of the modules."""
    return any(address.startswith(f"{module}.") for module in kept)


def forget(terraform: Terraform, kept: tuple[str, ...]) -> None:
    """Takes the modules and their guard out of the state; in the account nothing changes.

    Raises:
        TerraformError: when the state cannot be written.
    """
    addresses = [name for name in terraform.recorded() if name == GUARD or is_kept(name, kept)]
    if addresses:
        terraform.forget(addresses)
