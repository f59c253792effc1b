"""How long endpoints stay in their transitional states."""

from __future__ import annotations

from local_cloud import clock
from local_cloud.sagemaker.operations import Backend, state

DEFAULT_SECONDS = 2.0
STATUSES = ("Creating", "Updating", "RollingBack", "SystemUpdating", "Deleting")


def due(backend: Backend, status: str) -> float:
    """When a transition into `status` that starts now may end, on the local cloud's clock."""
    return clock.now() + durations(backend)[status]


def durations(backend: Backend) -> dict[str, float]:
    """Seconds by status."""
    chosen = state(backend, "endpoint_durations")
    return {status: float(chosen.get(status, DEFAULT_SECONDS)) for status in STATUSES}


def set_durations(backend: Backend, seconds: dict[str, float]) -> None:
    """Change some durations; raises ValueError for an unknown status or a negative time."""
    for status, value in seconds.items():
        if status not in STATUSES or float(value) < 0:
            raise ValueError(
                f"cannot set {status!r} to {value}: statuses are {', '.join(STATUSES)}, "
                "times are seconds from 0"
            )
    state(backend, "endpoint_durations").update(seconds)
