"""What goes around each permission check of MiniStack's evaluator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ministack.core import iam_evaluator


class Check(NamedTuple):
    """A permission check, as the evaluator's `enforce` is asked for one."""

    access_key_id: str
    iam_action: str
    service: str
    region: str
    resource_arn: str = "*"
    service_context: dict[str, Any] | None = None


def around_checks(judge: Callable[[Check, Callable[[Check], Any]], Any]) -> None:
    """Let `judge` answer each check, to which it is given the way that there was before."""
    original = iam_evaluator.enforce

    def decide(check: Check) -> Any:
        return original(*check)

    def enforce(*positional: Any, **named: Any) -> Any:
        return judge(Check(*positional, **named), decide)

    iam_evaluator.enforce = enforce
