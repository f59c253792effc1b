"""What would stop a destroy half-way is found, and said, before anything is changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from vis_assis.aws.cloud import Cloud
from vis_assis.aws.data_inventory import BUCKET, bucket_contents
from vis_assis.errors import CommandError
from vis_assis.terraform.plan import Change

FUNCTION, USER_POOL = "aws_lambda_function", "aws_cognito_user_pool"


def deployed_settings(recorded: Iterable[Change]) -> Mapping[str, bool] | None:
    """What the function that cleans up was deployed with; None when it is not recorded.

    Args:
        recorded: changes that a plan makes to what exists.
    """
    for change in recorded:
        if change.type == FUNCTION:
            for environment in change.before.get("environment") or []:
                if keep := environment["variables"].get("KEEP"):
                    settings: Mapping[str, bool] = json.loads(keep)
                    return settings
    return None


def check_can_go(cloud: Cloud, name: str, gone: Iterable[Change]) -> None:
    """Looks for whatever AWS, Terraform or the guard would not let go.

    Of what is recorded, the deployed settings count: variables change nothing in a destroy.

    Args:
        cloud: the account.
        name: the stack's.
        gone: what goes. What is imported first has its planned attributes in `after`.

    Raises:
        CommandError: with the way out.
    """
    changes = list(gone)
    settings = deployed_settings(changes)
    if settings is not None and settings["deletion_protection"]:
        raise CommandError(
            f"deletion protection of {name} is on and nothing was changed: run `make deploy` with "
            "deletion_protection=false first"
        )
    for change in changes:
        counts = change.after or change.before
        if change.type == USER_POOL and counts.get("deletion_protection") == "ACTIVE":
            raise CommandError(
                f"the user pool {counts['name']} is protected and nothing was changed: run `make "
                "deploy` with sign_in's deletion_protection=false first"
            )
    filled = [name for name in _unforced(changes) if _holds_something(cloud, name)]
    if filled:
        raise CommandError(
            f"force_destroy is false, {', '.join(filled)} hold objects and nothing was changed: "
            "run `make deploy` with force_destroy=true first, or empty them"
        )


def _unforced(changes: Iterable[Change]) -> list[str]:
    """Names of the buckets that Terraform deletes only when they are empty."""
    counting = (change.after or change.before for change in changes if change.type == BUCKET)
    return [counts["bucket"] for counts in counting if not counts.get("force_destroy")]


def _holds_something(cloud: Cloud, bucket: str) -> bool:
    contents = bucket_contents(cloud, bucket)
    return contents is not None and contents.versions > 0
