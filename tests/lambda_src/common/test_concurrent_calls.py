"""Calls made at the same time, and given up together."""

from __future__ import annotations

import threading
from time import monotonic

from common.concurrent_calls import call_all


def test_what_does_not_answer_is_given_up() -> None:
    released = threading.Event()
    started = monotonic()
    try:
        values, failures = call_all(
            {"fast": lambda: True, "stuck": lambda: released.wait(30), "queued": lambda: True},
            seconds=0.2,
            threads=3,
        )
    finally:
        released.set()
    assert monotonic() - started < 10
    assert values == {"fast": True, "queued": True}
    assert isinstance(failures["stuck"], TimeoutError)


def test_calls_that_got_no_turn_have_failed() -> None:
    released = threading.Event()
    calls = {number: lambda: released.wait(30) for number in range(3)}
    try:
        values, failures = call_all(calls, seconds=0.1, threads=1)
    finally:
        released.set()
    assert values == {}
    assert all(isinstance(error, TimeoutError) for error in failures.values())
    assert len(failures) == 3


def test_no_calls_need_no_time() -> None:
    assert call_all({}, seconds=0, threads=4) == ({}, {})
