"""Calls that do not depend on each other, made at the same time and given up together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def call_all(
    calls: Mapping[Key, Callable[[], Value]], *, seconds: float, threads: int
) -> tuple[dict[Key, Value], dict[Key, Exception]]:
    """What the calls returned, and what those that did not return failed with.

    Parameters:
        seconds: after which calls still under way count as failed with `TimeoutError`. Their
            threads are not waited for, so that one stuck connection does not hold up the answer.
        threads: calls at the same time; more than that wait their turn.
    """
    if not calls:
        return {}, {}
    pool = ThreadPoolExecutor(max_workers=min(len(calls), threads))
    try:
        futures = {key: pool.submit(call) for key, call in calls.items()}
        wait(futures.values(), timeout=max(seconds, 0))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    values: dict[Key, Value] = {}
    failures: dict[Key, Exception] = {}
    for key, future in futures.items():
        error = _failure(future, seconds)
        if error is None:
            values[key] = future.result()
        else:
            failures[key] = error
    return values, failures


def _failure(future: Future[Value], seconds: float) -> Exception | None:
    if future.cancelled() or not future.done():
        return TimeoutError(f"no answer within {seconds:.1f} s")
    error = future.exception()
    if error is None or isinstance(error, Exception):
        return error
    raise error
