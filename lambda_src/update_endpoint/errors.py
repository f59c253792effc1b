"""What can be wrong with an upload, its release or the endpoint."""

from __future__ import annotations

from common.errors import VisAssisError


class ArchiveRefused(VisAssisError):  # noqa: N818 - named after what happened to it
    """An upload is no usable model archive; the message is the reason shown in the status."""


class ReleaseMismatch(VisAssisError):  # noqa: N818 - named after what was found
    """A release's bytes are not those that its id stands for."""


class StatusInvalid(VisAssisError):  # noqa: N818 - named after what was found
    """The status record cannot be read."""


class UnexpectedStatus(VisAssisError):  # noqa: N818 - named after what was found
    """The endpoint is in a status that only a person can judge."""
