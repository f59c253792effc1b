"""The control plane below `/_local_cloud/`: what a test may ask that AWS has no API for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_cloud import clock
from local_cloud.account import ACCOUNT_ID, REGION
from local_cloud.autoscaling import faults
from local_cloud.eventbridge import events
from local_cloud.gateway import calls
from local_cloud.iam.identity import mint_role_credentials
from local_cloud.sagemaker.endpoints import control as endpoint_control

Query = dict[str, list[str]]
Body = dict[str, Any]


def _health(_query: Query) -> Any:
    return {"status": "ok", "account": ACCOUNT_ID, "region": REGION}


def _calls(query: Query) -> Any:
    chosen = {name: query[name][0] for name in ("service", "action", "principal") if name in query}
    return calls.recorded(**chosen)


def _events(_query: Query) -> Any:
    return events.emitted()


def _emit(body: Body) -> Any:
    identifier = events.emit_event(
        body["source"], body["detail-type"], body["detail"], body.get("resources", [])
    )
    return {"id": identifier}


def _fire_schedule(body: Body) -> Any:
    events.fire_schedule(body["rule"])
    return {"status": "fired"}


def _clock(_query: Query) -> Any:
    return {"now": clock.now(), "iso": clock.iso()}


def _advance(body: Body) -> Any:
    clock.advance(float(body["advance_seconds"]))
    return _clock({})


def _inventory(_query: Query) -> Any:
    from local_cloud.gateway.inventory import list_resources  # noqa: PLC0415 - loads many services

    return list_resources()


def _reset(_body: Body) -> Any:
    from local_cloud.gateway.reset import reset_everything  # noqa: PLC0415 - rarely needed

    reset_everything()
    return {"status": "reset"}


def _credentials(body: Body) -> Any:
    minted = mint_role_credentials(body["role_arn"], body.get("session_name", "local"))
    return minted.environment()


def _endpoints(_query: Query) -> Any:
    return endpoint_control.describe_endpoints()


def _control_endpoints(body: Body) -> Any:
    return endpoint_control.control_endpoints(body)


def _scaling(_query: Query) -> Any:
    return faults.describe_scaling()


def _control_scaling(body: Body) -> Any:
    return faults.control_scaling(body)


READS: dict[str, Callable[[Query], Any]] = {
    "health": _health,
    "calls": _calls,
    "events": _events,
    "clock": _clock,
    "inventory": _inventory,
    "endpoints": _endpoints,
    "scaling": _scaling,
}


def _save(body: Body) -> Any:
    from local_cloud.gateway.saved_state import save  # noqa: PLC0415 - rarely needed

    save(Path(body["folder"]))
    return {"status": "saved"}


WRITES: dict[str, Callable[[Body], Any]] = {
    "events": _emit,
    "schedules": _fire_schedule,
    "clock": _advance,
    "reset": _reset,
    "credentials": _credentials,
    "save": _save,
    "endpoints": _control_endpoints,
    "scaling": _control_scaling,
}


def control(method: str, name: str, query: Query, body: Body) -> Any:
    """Answer of one endpoint; raises KeyError for an unknown one or a missing field."""
    if method == "GET":
        return READS[name](query)
    return WRITES[name](body)
