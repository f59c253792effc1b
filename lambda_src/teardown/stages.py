"""The parts of a teardown: which kinds go, and which of them must be gone before which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from teardown.errors import InvalidOrder
from teardown.kinds.endpoint import Endpoint
from teardown.kinds.endpoint_configs import EndpointConfigs
from teardown.kinds.executions import Executions
from teardown.kinds.log_groups import IdleLogGroup, LogGroup
from teardown.kinds.log_streams import JobLogStreams, StudioLogStreams
from teardown.kinds.models import Models
from teardown.kinds.nfs_groups import NfsGroups
from teardown.kinds.role_policies import RolePolicies
from teardown.kinds.scaling_alarms import ScalingAlarms
from teardown.kinds.scaling_targets import ScalingTargets
from teardown.kinds.studio_apps import StudioApps
from teardown.kinds.studio_profiles import StudioProfiles
from teardown.kinds.studio_spaces import StudioSpaces
from teardown.kinds.versions import Versions
from teardown.order import Order
from teardown.removal import Kind
from teardown.settings import Stack

Clients = Callable[[str], Any]
Chain = Sequence[Kind]
"""Kinds in the order in which they must go; one that is not gone stops those after it."""


@dataclass(frozen=True)
class Work:
    """What a stage removes.

    Parameters:
        chains: the kinds, in their orders.
        fence: what must be gone before any of them, so that nothing is made again meanwhile.
    """

    chains: Sequence[Chain]
    fence: Chain = ()


JOBS = "/aws/sagemaker/ProcessingJobs"
STUDIO = "/aws/sagemaker/studio"


def cleanup(client: Clients, stack: Stack, order: Order) -> Work:
    """What functions, pipelines and people made beside Terraform, outside Studio."""
    if not stack.endpoint or not stack.model_prefix:
        raise InvalidOrder(f"stage {order.stage} needs names.endpoint and names.model_prefix")
    sagemaker, logs = client("sagemaker"), client("logs")
    fence: Chain = [RolePolicies(client("iam"), stack.writers)]
    executions, *versions = _of_models(sagemaker, stack)
    chains: list[Chain] = [
        [executions, *versions],
        [
            ScalingTargets(client("application-autoscaling"), stack.endpoint),
            Endpoint(sagemaker, stack.endpoint),
            EndpointConfigs(sagemaker, stack),
            Models(sagemaker, stack),
            ScalingAlarms(client("cloudwatch"), stack.endpoint),
            LogGroup(logs, f"/aws/sagemaker/Endpoints/{stack.endpoint}"),
        ],
        [executions, JobLogStreams(logs, sagemaker, JOBS, stack), IdleLogGroup(logs, JOBS)],
    ]
    return Work(chains, fence)


def model(client: Clients, stack: Stack, order: Order) -> Work:
    """What keeps pipeline and group of a model from being deleted that left the catalogue.

    The logs of its jobs go, too: only a pipeline that exists says which they are.
    """
    del order
    sagemaker = client("sagemaker")
    executions, *versions = _of_models(sagemaker, stack)
    streams = JobLogStreams(client("logs"), sagemaker, JOBS, stack)
    return Work([[executions, *versions], [executions, streams]])


def studio(client: Clients, stack: Stack, order: Order) -> Work:
    """What people opened in a Studio domain; the domain refuses to go before."""
    del stack
    if not order.domain_id:
        raise InvalidOrder(f"stage {order.stage} needs domain_id")
    sagemaker, logs = client("sagemaker"), client("logs")
    contents: Chain = [
        StudioApps(sagemaker, order.domain_id),
        StudioSpaces(sagemaker, order.domain_id),
        StudioProfiles(sagemaker, order.domain_id),
        StudioLogStreams(logs, STUDIO, order.domain_id),
        IdleLogGroup(logs, STUDIO),
    ]
    return Work([contents])


def network(client: Clients, stack: Stack, order: Order) -> Work:
    """What SageMaker put into the VPC of a domain that is gone; the VPC refuses to go before."""
    del stack
    if not order.vpc_id:
        raise InvalidOrder(f"stage {order.stage} needs vpc_id")
    return Work([[NfsGroups(client("ec2"), order.vpc_id)]])


def _of_models(sagemaker: Any, stack: Stack) -> Chain:
    executions = Executions(sagemaker, stack.pipelines)
    return [executions] if stack.retain_models else [executions, Versions(sagemaker, stack.groups)]


STAGES: dict[str, Callable[[Clients, Stack, Order], Work]] = {
    "cleanup": cleanup,
    "model": model,
    "network": network,
    "studio": studio,
}


def work(client: Clients, stack: Stack, order: Order) -> Work:
    """The work of the order's stage; `InvalidOrder` when there is no such stage."""
    if order.stage not in STAGES:
        raise InvalidOrder(f"unknown stage {order.stage!r}: use guard, {', '.join(STAGES)}")
    return STAGES[order.stage](client, stack, order)
