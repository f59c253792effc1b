"""Calls that Application Auto Scaling turns away while another change is under way."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code

TRIES = 5
FIRST_PAUSE_SECONDS = 1.0


def patiently(call: Callable[..., Any], sleep: Callable[[float], None], **arguments: Any) -> Any:
    """Answer of the call, after at most `TRIES` tries.

    Parameters:
        sleep: takes seconds; the pauses double, with jitter, to about 15 s in all.

    Errors: botocore's ClientError, ConcurrentUpdateException only after the last try.
    """
    pause = FIRST_PAUSE_SECONDS
    for _ in range(TRIES - 1):
        try:
            return call(**arguments)
        except ClientError as exc:
            if code(exc) != "ConcurrentUpdateException":
                raise
        sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311 - spreads retries, no secret
        pause *= 2
    return call(**arguments)
