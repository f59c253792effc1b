"""Times of moto's SageMaker come from the local cloud's clock."""

from __future__ import annotations

from datetime import datetime

from moto.sagemaker import models

from local_cloud import clock


def apply() -> None:
    """One clock for everything timed, which tests can advance; moto reads the system's."""

    def utcnow() -> datetime:
        return clock.utcnow().replace(tzinfo=None)

    models.utcnow = utcnow
