"""What can be wrong with a release candidate or the promotion record."""

from __future__ import annotations

from common.errors import VisAssisError


class Refused(VisAssisError):  # noqa: N818 - named after what happened
    """A release candidate is not served, and trying it again changes nothing.

    Args:
        reason: what is wrong, in words that go on with "it".
        may_change: whether a later look may find it readable.
    """

    def __init__(self, reason: str, *, may_change: bool = False) -> None:
        super().__init__(reason)
        self.may_change = may_change


class InvalidPackage(VisAssisError):  # noqa: N818 - named after what was found
    """An approved package does not say which single .zip it stands for."""


class ArtifactError(VisAssisError):
    """An approved package's artifact cannot be delivered."""


class ArtifactMissing(ArtifactError):  # noqa: N818 - named after what was found
    """There is no object at the package's URI."""


class ArtifactDenied(ArtifactError):  # noqa: N818 - named after what was found
    """The function may not read the package's artifact."""


class ArtifactMismatch(ArtifactError):  # noqa: N818 - named after what was found
    """The artifact is not the one that was registered."""


class RecordInvalid(VisAssisError):  # noqa: N818 - named after what was found
    """The promotion record cannot be read."""
