"""A call that does not answer is given up."""

from __future__ import annotations

import threading
from time import monotonic

import pytest

from common.timed_call import call_within


def test_what_does_not_answer_is_given_up() -> None:
    released, started = threading.Event(), monotonic()
    try:
        with pytest.raises(TimeoutError, match=r"no answer within 0\.2 s"):
            call_within(0.2, lambda: released.wait(30))
    finally:
        released.set()
    assert monotonic() - started < 10


def test_what_answers_or_fails_in_time_is_passed_on() -> None:
    assert call_within(30, lambda: "answer") == "answer"
    with pytest.raises(ZeroDivisionError):
        call_within(30, lambda: 1 // 0)
