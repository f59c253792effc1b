"""Steps of the cleanup that an interrupted destroy has taken, although the state does not know it.

A state that is older than the account, such as the backup of one whose last write was lost, knows
invocations of a function that is gone, or has lost its rights: each would fail for ever. They are
forgotten, and what they are there for is done from here (`vis_assis.stack.cleanup`).
"""

from __future__ import annotations

from vis_assis.terraform.plan import Plan

NEEDED = ("aws_iam_role", "aws_iam_role_policy", "aws_lambda_function")


def stale_invocations(plan: Plan) -> list[str]:
    """Addresses of the recorded invocations that cannot run any more.

    Args:
        plan: of a whole stack, made with a refresh: a plan to destroy does not tell what is gone. A
            function and its role have the same name.
    """
    gone = {
        change.before.get(name)
        for change in plan.gone()
        if change.type in NEEDED
        for name in ("function_name", "name", "role")
    }
    return [
        change.address
        for change in plan.all_changes()
        if change.type == "aws_lambda_invocation" and change.before.get("function_name") in gone
    ]
