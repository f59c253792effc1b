"""How an endpoint leaves its transitional states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_cloud import clock
from local_cloud.sagemaker.endpoints.alarms import alarm_problem
from local_cloud.sagemaker.endpoints.events import set_status
from local_cloud.sagemaker.endpoints.state import LOCK, Change, Running, fleets, forget, running
from local_cloud.sagemaker.endpoints.timing import due
from local_cloud.sagemaker.operations import Backend, state


def begin(backend: Backend, endpoint: Any, status: str, change: Change) -> None:
    """Enter a transitional status; FailureReason of the change before is forgotten."""
    record = running(backend, endpoint.endpoint_name)
    change.began, change.due = clock.now(), due(backend, status)
    record.change = change
    if status != "RollingBack":
        endpoint.failure_reason = None
    set_status(backend, endpoint, status)


def settle(backend: Backend, name: str) -> None:
    """End the endpoint's transition if its time has come and its instances have started."""
    with LOCK:
        endpoint = backend.endpoints.get(name)
        record = running(backend, name) if endpoint else None
        if endpoint is None or record is None or record.change is None:
            return
        change = record.change
        is_update = endpoint.endpoint_status == "Updating"
        if is_update and change.fleet and not change.problem:
            change.problem = alarm_problem(backend, change)
        if record.held:
            return
        if is_update and change.problem:  # an alarm does not wait
            _roll_back(backend, endpoint, record, change)
        elif clock.now() >= change.due and (change.loading is None or change.loading.done):
            _ENDINGS[endpoint.endpoint_status](backend, endpoint, record, change)


def settle_all(backends: list[Backend]) -> None:
    """What the passing of time does on AWS without being asked: states and logs."""
    for backend in backends:
        for name in list(state(backend, "endpoints_running")):
            settle(backend, name)
        for fleet in fleets(backend):
            fleet.ship_logs()


def _created(backend: Backend, endpoint: Any, record: Running, change: Change) -> None:
    record.change = None
    if change.loading and change.loading.problem:
        endpoint.failure_reason = change.loading.problem
        set_status(backend, endpoint, "Failed")
        return
    record.fleet = change.fleet
    set_status(backend, endpoint, "InService")


def _updated(backend: Backend, endpoint: Any, record: Running, change: Change) -> None:
    if change.loading and change.loading.problem:
        change.problem = change.loading.problem
        _roll_back(backend, endpoint, record, change)
        return
    if change.fleet:
        if record.fleet:
            record.fleet.retire()
        record.fleet = change.fleet
        endpoint.endpoint_config_name = change.config_name
        endpoint.data_capture_config = change.capture
        record.deployment_config = change.deployment_config
    endpoint.production_variants = change.variants
    for variant in endpoint.production_variants:
        _reach_desired(variant)
    if record.fleet:
        record.fleet.weigh({v["VariantName"]: v.get("DesiredWeight", 1.0) for v in change.variants})
    record.change = None
    set_status(backend, endpoint, "InService")


def _reach_desired(variant: dict[str, Any]) -> None:
    for name in ("InstanceCount", "Weight"):
        if f"Desired{name}" in variant:
            variant[f"Current{name}"] = variant[f"Desired{name}"]


def _roll_back(backend: Backend, endpoint: Any, record: Running, change: Change) -> None:
    if change.fleet:
        change.fleet.retire()
    endpoint.failure_reason = change.problem
    for variant in endpoint.production_variants:  # a scaling that failed wants nothing any more
        for name in ("InstanceCount", "Weight"):
            if f"Current{name}" in variant:
                variant[f"Desired{name}"] = variant[f"Current{name}"]
    begin(backend, endpoint, "RollingBack", Change(due=0.0))


def _rolled_back(backend: Backend, endpoint: Any, record: Running, change: Change) -> None:
    del change
    record.change = None
    failed, record.rollback_fails = record.rollback_fails, False
    set_status(backend, endpoint, "UpdateRollbackFailed" if failed else "InService")


def _system_updated(backend: Backend, endpoint: Any, record: Running, change: Change) -> None:
    del change
    record.change = None
    set_status(backend, endpoint, "InService")


def _deleted(backend: Backend, endpoint: Any, record: Running, change: Change) -> None:
    del record, change
    del backend.endpoints[endpoint.endpoint_name]
    forget(backend, endpoint.endpoint_name)


_ENDINGS: dict[str, Callable[[Backend, Any, Running, Change], None]] = {
    "Creating": _created,
    "Updating": _updated,
    "RollingBack": _rolled_back,
    "SystemUpdating": _system_updated,
    "Deleting": _deleted,
}
