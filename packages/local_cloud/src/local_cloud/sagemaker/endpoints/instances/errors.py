"""Errors of endpoints' instances."""

from __future__ import annotations


class InstanceError(Exception):
    """An instance cannot start; the message is the endpoint's FailureReason."""


class WorkerEndedError(Exception):
    """The container ended before it answered."""


class WorkerTimeoutError(Exception):
    """The container did not answer in time."""
