"""Says which quota of SageMaker is too small, and what to ask for."""

from __future__ import annotations

import re

from botocore.exceptions import ClientError

from common.aws_errors import code

_LIMIT = re.compile(r"service limit '([^']+)' is (\d+)")


def is_exceeded(error: ClientError) -> bool:
    """Whether SageMaker refused a call because of a quota of the account."""
    return code(error) == "ResourceLimitExceeded"


def explain(error: ClientError, max_instances: int) -> str:
    """The reason for the status.

    Args:
        max_instances: up to which the endpoint scales; an update runs old and new ones at once.
    """
    message = str(error.response.get("Error", {}).get("Message", ""))
    found = _LIMIT.search(message)
    if found is None:
        return f"a quota of SageMaker is too small: {message}"
    name, limit = found.groups()
    if not name.endswith("for endpoint usage"):
        return f"the SageMaker quota {name!r} is {limit}, which is too small; ask for more"
    return (
        f"the SageMaker quota {name!r} is {limit}, which is too small: ask Service Quotas for "
        f"{2 * max_instances}, twice navigation_scaling.max_instances, as an update runs old and "
        "new instances at once"
    )
