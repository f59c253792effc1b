"""The stages of a teardown: which kinds go in each, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any

from teardown import logs, models, navigation, studio
from teardown.errors import DestroyRefused, TeardownIncomplete
from teardown.removal import Deadline, Kind, remove_all
from teardown.request import GUARD, Request, Stack

Clients = Callable[[str], Any]

JOBS = ("/aws/sagemaker/ProcessingJobs", "/aws/sagemaker/TrainingJobs")
STUDIO = "/aws/sagemaker/studio"
_FORGET = "terraform state rm aws_lambda_invocation.teardown_guard"


def run(client: Clients, stack: Stack, request: Request, deadline: Deadline) -> dict[str, Any]:
    """Carries out one request.

    Functions that could make things again lose their rights first. An invocation under way may
    use them until IAM has withdrawn them everywhere, so nothing is looked for before that.

    Returns:
        The stage, the action and what was removed.

    Raises:
        DestroyRefused: when the stack is to be kept.
        TeardownIncomplete: when something could not be removed or is still busy.
    """
    done: dict[str, Any] = {"stage": request.stage, "action": request.action}
    if request.action != "delete":
        return done
    check_kept(stack, request)
    removed = []
    try:
        if request.writers:
            removed += _removed(revoke_first(client, request), deadline)
            deadline.sleep(stack.settle_seconds)
        for kind in kinds(client, stack, request):
            removed += _removed(kind, deadline)
    except TeardownIncomplete as exc:
        raise TeardownIncomplete(
            f"{stack.name} is not removed yet: {exc}. Resolve what was refused, wait for what is "
            "busy, and run destroy again: it goes on from here"
        ) from exc
    return {**done, "removed": removed}


def check_kept(stack: Stack, request: Request) -> None:
    """Stops a destroy that would take what the stack is set to keep.

    Terraform cannot leave a resource behind by itself; forgetting it first is the way. Of a
    protected user pool it would learn only when most of the stack is gone.

    Raises:
        DestroyRefused: says how to proceed.
    """
    if stack.deletion_protection:
        raise DestroyRefused(
            f"deletion protection of {stack.name} is on and nothing was removed: apply "
            "deletion_protection=false first, then destroy"
        )
    if request.stage != GUARD:
        return
    if stack.user_pool_protection:
        raise DestroyRefused(
            f"the user pool of {stack.name} is protected and nothing was removed: apply sign_in "
            "with deletion_protection=false first, then destroy"
        )
    addresses = [
        *(["module.model_buckets"] if stack.retain_buckets else []),
        *(["module.model_registry"] if stack.retain_models else []),
    ]
    if addresses:
        raise DestroyRefused(
            f"retain_buckets or retain_models of {stack.name} is on and nothing was removed: run "
            f"`make destroy`, or `{_FORGET} {' '.join(addresses)}` and destroy again"
        )


def revoke_first(client: Clients, request: Request) -> Kind:
    """The rights of the functions that could make things again."""
    find = partial(navigation.role_policies, client("iam"), request.writers)
    return Kind("role policy", find)


def kinds(client: Clients, stack: Stack, request: Request) -> Sequence[Kind]:
    """The kinds of the request's stage in the order in which they go.

    One that is not gone stops those after it: AWS would refuse them, or break what still uses them.
    """
    sagemaker, cloudwatch_logs = client("sagemaker"), client("logs")
    domain, endpoint, prefix = request.domain_id, request.endpoint, request.model_prefix
    if request.stage == "navigation":
        scaling, cloudwatch = client("application-autoscaling"), client("cloudwatch")
        group = f"/aws/sagemaker/Endpoints/{endpoint}"
        return [
            Kind("scalable target", partial(navigation.scaling_targets, scaling, endpoint)),
            Kind("endpoint", partial(navigation.endpoints, sagemaker, endpoint)),
            Kind("endpoint config", partial(navigation.endpoint_configs, sagemaker, prefix)),
            Kind("model", partial(navigation.models, sagemaker, prefix)),
            Kind("scaling alarm", partial(navigation.scaling_alarms, cloudwatch, endpoint)),
            Kind("log group", partial(logs.log_group, cloudwatch_logs, group)),
        ]
    if request.stage == "model":
        return [
            Kind("pipeline execution", partial(models.executions, sagemaker, request.pipeline)),
            *(
                []
                if stack.retain_models
                else [Kind("model package", partial(models.versions, sagemaker, request.group))]
            ),
            Kind(
                "log stream",
                lambda: chain.from_iterable(
                    logs.log_streams(
                        cloudwatch_logs, group, models.job_log_prefixes(sagemaker, request.pipeline)
                    )
                    for group in JOBS
                ),
            ),
            *(
                Kind("log group", partial(logs.idle_log_group, cloudwatch_logs, group))
                for group in JOBS
            ),
        ]
    if request.stage == "studio":
        return [
            Kind("Studio app", partial(studio.apps, sagemaker, domain)),
            Kind("Studio space", partial(studio.spaces, sagemaker, domain)),
            Kind("Studio user profile", partial(studio.user_profiles, sagemaker, domain)),
            Kind("log stream", partial(logs.log_streams, cloudwatch_logs, STUDIO, [f"{domain}/"])),
            Kind("log group", partial(logs.idle_log_group, cloudwatch_logs, STUDIO)),
        ]
    if request.stage == "network":
        return [
            Kind("NFS security group", partial(studio.nfs_groups, client("ec2"), request.vpc_id))
        ]
    return []


def _removed(kind: Kind, deadline: Deadline) -> list[str]:
    return [f"{kind.title} {name}" for name in remove_all(kind, deadline)]
