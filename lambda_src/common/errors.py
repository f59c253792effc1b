"""Errors that the functions raise on purpose. Each message says what was wrong and what to do."""

from __future__ import annotations


class VisAssisError(Exception):
    """Base of every error raised on purpose."""


class SettingsError(VisAssisError):
    """An environment variable of the function is missing or malformed."""


class InvalidEvent(VisAssisError):  # noqa: N818 - named after what arrived
    """What woke the function is not what its event queue delivers."""


class ConflictError(VisAssisError):
    """Somebody else changed what this run had read; the next try sees the new state."""


class CopyError(VisAssisError):
    """A copy within S3 did not arrive as it was sent."""
