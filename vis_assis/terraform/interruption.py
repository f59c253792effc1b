"""Ctrl-C, SIGTERM and a closed terminal: the first ends the work, none cuts off the clean-up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raises KeyboardInterrupt in the block at the first signal; the next ones do nothing."""

    def interrupt(*_: object) -> None:
        for number in _heeded():
            signal.signal(number, _ignore)
        raise KeyboardInterrupt

    with _handled_by(interrupt):
        yield


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Lets the block run to its end, whatever signal arrives."""
    with _handled_by(_ignore):
        yield


@contextmanager
def deferred() -> Iterator[None]:
    """Lets the block run to its end, and heeds then what signal arrived."""
    arrived: list[Any] = []
    with _handled_by(lambda *signalled: arrived.append(signalled)):
        yield
    for number, frame in arrived[:1]:
        handler = signal.getsignal(number)
        if callable(handler):
            handler(number, frame)


@contextmanager
def _handled_by(handler: Any) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are none of another thread's business
        return
    before = {number: signal.signal(number, handler) for number in _heeded()}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def _heeded() -> list[signal.Signals]:
    """All but SIGHUP under nohup, which is to outlive its terminal."""
    return [
        number
        for number in SIGNALS
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN
    ]


def _ignore(*_: object) -> None:
    """A handler of its own, since a child process would inherit SIG_IGN."""
