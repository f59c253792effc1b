"""Errors of endpoints' instances."""

from __future__ import annotations


class InstanceError(Exception):
    """An instance cannot start; the message is the endpoint's FailureReason."""


class WorkerEndedError(Exception):
    """The worker's process ended before it answered."""


class WorkerTimeoutError(Exception):
    """The worker did not answer in time and was ended."""
