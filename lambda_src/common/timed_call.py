"""A call that is given up after a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

Value = TypeVar("Value")


def call_within(seconds: float, call: Callable[[], Value]) -> Value:
    """What the call returns.

    Its thread is not waited for, so that one stuck connection does not hold up the answer.

    Raises:
        TimeoutError: when it has not returned in time.
        Exception: whatever the call raises.
    """
    pool = ThreadPoolExecutor(max_workers=1)
    future = pool.submit(call)
    pool.shutdown(wait=False)
    if not wait([future], timeout=seconds).done:
        raise TimeoutError(f"no answer within {seconds:.1f} s")
    return future.result()
