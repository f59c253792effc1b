"""What the local cloud knows about an endpoint beyond moto's record of it."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_cloud.sagemaker.endpoints.instances.fleet import Fleet, Loading
from local_cloud.sagemaker.endpoints.instances.instance import InstanceHost
from local_cloud.sagemaker.operations import Backend, state
from local_cloud.sagemaker.pipelines.state import role_clients

INTERPRETER_VARIABLE = "LOCAL_CLOUD_PYTHON_INFERENCE"
_FALLBACK_VARIABLE = "LOCAL_CLOUD_PYTHON_PROCESSING"

LOCK = threading.RLock()  # one for all endpoints; invocations do not take it
SERVING = ("InService", "Updating", "RollingBack", "SystemUpdating", "UpdateRollbackFailed")


@dataclass
class Change:
    """A transition under way.

    Parameters:
        due: earliest end, on the local cloud's clock.
        began: start, on the same clock.
        loading: instances being started, None when there are none to wait for.
        fleet: the fleet that replaces the serving one, None when that one stays.
        config_name: configuration that the endpoint has afterwards.
        variants: variants that it has afterwards.
        capture: DataCaptureConfig that it has afterwards.
        deployment_config: as the request had it.
        role_arn: execution role, which looks at the alarms.
        problem: why the change is rolled back.
    """

    due: float
    began: float = 0.0
    loading: Loading | None = None
    fleet: Fleet | None = None
    config_name: str = ""
    variants: list[dict[str, Any]] = field(default_factory=list)
    capture: dict[str, Any] = field(default_factory=dict)
    deployment_config: dict[str, Any] = field(default_factory=dict)
    role_arn: str = ""
    problem: str = ""


@dataclass
class Running:
    """The serving fleet of an endpoint, and its change if there is one.

    Parameters:
        held: whether the endpoint stays in its state until released.
        rollback_fails: whether the next rollback ends in UpdateRollbackFailed.
    """

    fleet: Fleet | None = None
    change: Change | None = None
    deployment_config: dict[str, Any] = field(default_factory=dict)
    held: bool = False
    rollback_fails: bool = False


def running(backend: Backend, name: str) -> Running:
    """The record of an endpoint, made at the first call."""
    records: dict[str, Running] = state(backend, "endpoints_running")
    return records.setdefault(name, Running())


def forget(backend: Backend, name: str) -> None:
    """Drop the record of an endpoint that is gone."""
    state(backend, "endpoints_running").pop(name, None)


def fleets(backend: Backend) -> list[Fleet]:
    """Every fleet, serving or about to."""
    records: list[Running] = list(state(backend, "endpoints_running").values())
    found = [record.fleet for record in records]
    found += [record.change.fleet for record in records if record.change]
    return [fleet for fleet in found if fleet]


def instance_host(backend: Backend) -> InstanceHost:
    """What instances run with; their folders lie below the server's state folder, its HOME."""
    interpreter = os.environ.get(INTERPRETER_VARIABLE) or os.environ.get(_FALLBACK_VARIABLE)
    return InstanceHost(
        clients=role_clients(backend),
        interpreter=interpreter or sys.executable,
        root=Path(os.environ["HOME"]) / "endpoint-instances",
    )
