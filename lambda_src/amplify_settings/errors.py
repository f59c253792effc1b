"""What Terraform is told when the app cannot be changed."""

from __future__ import annotations

from common.errors import VisAssisError


class InvalidRequest(VisAssisError):  # noqa: N818 - named after what arrived
    """Terraform's input lacks something."""


class AppMissingError(VisAssisError):
    """There is no such Amplify app."""


class BranchMissingError(VisAssisError):
    """The app has no such branch."""


class BranchBusyError(VisAssisError):
    """The branch is being built, and Amplify starts no second build beside it."""


class BuildsMissingError(VisAssisError):
    """Some branches are built with the new variables, others are not."""
