"""Lambda: what becomes of invocations under way when their function changes."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

_invalidating: ContextVar[bool] = ContextVar("local_cloud_invalidating", default=False)
_outdated: weakref.WeakSet[Any] = weakref.WeakSet()
_guard = threading.Lock()


def apply() -> None:
    """Apply the corrections of this module."""
    errors_keep_the_worker()
    invocations_outlive_updates()


def errors_keep_the_worker() -> None:
    """AWS asks the process whose handler raised for the next event, too.

    Only an end of the process or a time-out takes the environment away. MiniStack ended it after
    each exception, so that every retry was a cold start.
    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
    """
    ended = '"status": "error", "error": str(e), "trace"'
    kept = '"status": "ok", "raised": True, "error": str(e), "trace"'
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(ended) != 1:
        raise RuntimeError("MiniStack's worker reports exceptions in another way")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(ended, kept)
    original = lambda_runtime.Worker.invoke

    def invoke(worker: Any, *positional: Any, **named: Any) -> Any:
        answer = original(worker, *positional, **named)
        if answer.get("raised"):
            answer["status"] = "error"
        return answer

    lambda_runtime.Worker.invoke = invoke


def invocations_outlive_updates() -> None:
    """AWS lets invocations under way finish when code or configuration change or the function goes.

    Only later invocations see the change. MiniStack killed every worker of the function: a message
    in flight stayed invisible for the queue's whole visibility timeout. Time-outs, a reset and the
    server's end still kill at once.
    """
    kill, invalidate = lambda_runtime.kill_workers, lambda_runtime.invalidate_worker
    reset = lambda_runtime.reset

    def kill_workers(workers: Any) -> None:
        doomed = [worker for worker in workers if worker is not None]
        if not _invalidating.get():
            kill(doomed)
            return
        with _guard:
            _outdated.update(doomed)
        _end_idle(doomed, kill)

    def invalidate_worker(*positional: Any, **named: Any) -> None:
        token = _invalidating.set(True)
        try:
            invalidate(*positional, **named)
        finally:
            _invalidating.reset(token)

    def reset_workers() -> None:
        reset()
        with _guard:
            left = list(_outdated)
        kill(left)

    lambda_runtime.kill_workers = kill_workers
    lambda_runtime.invalidate_worker = lambda_svc.invalidate_worker = invalidate_worker
    lambda_runtime.reset = reset_workers
    for kind in (lambda_runtime.Worker, lambda_runtime.ProvidedWorker):
        kind.invoke = _ending_outdated(kind.invoke, kill)


def _ending_outdated(invoke: Callable[..., Any], kill: Callable[..., None]) -> Callable[..., Any]:
    def invoke_and_end(worker: Any, *positional: Any, **named: Any) -> Any:
        try:
            return invoke(worker, *positional, **named)
        finally:
            with _guard:
                outdated = worker in _outdated
            if outdated:
                _end_idle([worker], kill)

    return invoke_and_end


def _end_idle(workers: list[Any], kill: Callable[..., None]) -> None:
    """Kill those that run no invocation; the end of an invocation comes here again.

    A worker's lock is held while it runs one, so that none begins on a worker about to be killed.
    """
    idle = [worker for worker in workers if worker._lock.acquire(blocking=False)]
    try:
        kill(idle)
    finally:
        for worker in idle:
            worker._lock.release()
