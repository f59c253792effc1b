"""Why a teardown stops. Each message is one line: what is in the way and how to proceed."""

from __future__ import annotations

from common.errors import VisAssisError


class Busy(VisAssisError):  # noqa: N818 - a state, not a fault
    """The resource cannot be removed at the moment; its message says why."""


class DestroyRefused(VisAssisError):  # noqa: N818 - named after what the user sees
    """The stack is set to be kept, wholly or in part."""


class TeardownIncomplete(VisAssisError):  # noqa: N818 - named after what the user sees
    """Something of the stack remains."""


class InvalidRequest(VisAssisError):  # noqa: N818 - named after what arrived
    """The invocation is not one that Terraform makes."""
