"""Tells botocore's ClientErrors apart."""

from __future__ import annotations

from botocore.exceptions import ClientError

_MISSING = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NoSuchBucket", "NotFound"})
_DENIED = frozenset({"403", "AccessDenied", "AccessDeniedException", "Forbidden"})
_CONFLICT = frozenset({"409", "412", "PreconditionFailed", "ConditionalRequestConflict"})


def code(error: ClientError) -> str:
    """The service's error code, for example "AccessDenied"."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_missing(error: ClientError) -> bool:
    """Whether the bucket, key or version does not exist."""
    return code(error) in _MISSING


def is_denied(error: ClientError) -> bool:
    """Whether the caller lacks a permission."""
    return code(error) in _DENIED


def is_conflict(error: ClientError) -> bool:
    """Whether a conditional request found another state (412) or a concurrent write (409)."""
    return code(error) in _CONFLICT
