"""What tests may see of endpoints and do to them that AWS has no API for."""

from __future__ import annotations

from typing import Any

from moto.sagemaker.models import sagemaker_backends

from local_cloud import clock
from local_cloud.account import ACCOUNT_ID, REGION
from local_cloud.sagemaker.endpoints.lifecycle import begin, settle
from local_cloud.sagemaker.endpoints.quotas import quotas, set_quotas
from local_cloud.sagemaker.endpoints.state import LOCK, Change, Running, running
from local_cloud.sagemaker.endpoints.timing import durations, set_durations
from local_cloud.sagemaker.operations import Backend


def describe_endpoints() -> dict[str, Any]:
    """Durations of the states, and every endpoint with its state and instances."""
    backend = _backend()
    with LOCK:
        shown = {name: _shown(backend, name) for name in list(backend.endpoints)}
    return {"durations": durations(backend), "endpoints": shown, "quotas": quotas(backend)}


def control_endpoints(body: dict[str, Any]) -> dict[str, Any]:
    """Set `durations` (status → seconds) or `quotas` (instance type → instances, null lifts one).

    Or do one of these `action`s for `endpoint`.

    hold: stay in the present or the next transitional state; release: end that;
    system_update: maintenance by AWS begins; fail_rollback: the next rollback fails.
    Raises ValueError for anything else.
    """
    backend = _backend()
    if "durations" in body:
        set_durations(backend, body["durations"])
    if "quotas" in body:
        set_quotas(backend, body["quotas"])
    if "endpoint" in body:
        _act(backend, body["endpoint"], body["action"])
    return describe_endpoints()


def _act(backend: Backend, name: str, action: str) -> None:
    with LOCK:
        endpoint = backend.endpoints.get(name)
        if endpoint is None:
            raise ValueError(f"there is no endpoint {name!r}")
        record = running(backend, name)
        if action in ("hold", "release"):
            record.held = action == "hold"
            settle(backend, name)
        elif action == "fail_rollback":
            record.rollback_fails = True
        elif action == "system_update":
            if endpoint.endpoint_status != "InService":
                raise ValueError(f"{name} is {endpoint.endpoint_status}, not InService")
            begin(backend, endpoint, "SystemUpdating", Change(due=0.0))
        else:
            raise ValueError(f"unknown action {action!r}")


def _shown(backend: Backend, name: str) -> dict[str, Any]:
    settle(backend, name)
    endpoint = backend.endpoints.get(name)
    if endpoint is None:
        return {"status": "Deleted"}
    record = running(backend, name)
    return {
        "status": endpoint.endpoint_status,
        "config": endpoint.endpoint_config_name,
        "failure_reason": endpoint.failure_reason or "",
        "instances": record.fleet.counts() if record.fleet else {},
        "held": record.held,
        **_pending(record),
    }


def _pending(record: Running) -> dict[str, Any]:
    if record.change is None:
        return {}
    loading = record.change.loading
    return {
        "due_in_seconds": max(record.change.due - clock.now(), 0.0),
        "instances_started": loading is None or loading.done,
        "pending_config": record.change.config_name,
    }


def _backend() -> Backend:
    return sagemaker_backends[ACCOUNT_ID][REGION]
