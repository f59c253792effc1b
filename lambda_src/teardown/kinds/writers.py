"""Functions that make models, endpoints and objects, and that messages in queues still wake.

Without concurrency no invocation begins any more. The next apply gives it back.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code


class Writers:
    """Functions with exactly these names that may still be invoked."""

    title = "function to be stopped"

    def __init__(self, functions: Any, names: tuple[str, ...]) -> None:
        self._functions, self._names = functions, names

    def find(self) -> list[str]:
        return [name for name in self._names if self._may_run(name)]

    def remove(self, name: str) -> None:
        self._functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)

    def _may_run(self, name: str) -> bool:
        try:
            answer = self._functions.get_function_concurrency(FunctionName=name)
        except ClientError as exc:
            if code(exc) == "ResourceNotFoundException":
                return False
            raise
        return bool(answer.get("ReservedConcurrentExecutions") != 0)
