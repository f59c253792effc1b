"""Application Auto Scaling: moto, made to behave as AWS does."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def responses() -> Any:
    """moto's response class, corrected.

    Loaded with the first request: it pulls in EC2, which takes longer than everything else.
    """
    from moto.applicationautoscaling.responses import (  # noqa: PLC0415
        ApplicationAutoScalingResponse,
    )

    from local_cloud.autoscaling import (  # noqa: PLC0415
        faults as autoscaling_faults,
        policies as autoscaling_policies,
        tags as autoscaling_tags,
        targets as autoscaling_targets,
    )

    for part in (autoscaling_targets, autoscaling_policies, autoscaling_tags, autoscaling_faults):
        part.apply(ApplicationAutoScalingResponse)
    return ApplicationAutoScalingResponse
