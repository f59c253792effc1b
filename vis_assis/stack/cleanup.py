"""The stack's own cleanup, looked at and run from here with the user's rights.

Terraform runs it by destroying an `aws_lambda_invocation`, which it does only for one that the
state knows. After a lost state or a killed run nothing would remove what functions and people
made, such as the endpoint: then the same code runs here, on the same names.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial

from teardown.removal import Deadline
from teardown.request import GUARD, Request, Stack, parse, read_stack
from teardown.stages import kinds, run
from vis_assis.aws.cloud import Cloud
from vis_assis.stack.preparation import Report
from vis_assis.terraform.plan import Change, Plan

INVOCATION = "aws_lambda_invocation"
LONGEST_SECONDS = 900.0  # as long as an invocation of the function


def made_beside(cloud: Cloud, plan: Plan) -> list[tuple[str, str]]:
    """Kind and name of whatever the cleanup is there for that exists, each once.

    Args:
        cloud: the account to look in.
        plan: any plan of the stack; it names what is the stack's.
    """
    found = (
        (kind.title, name)
        for request, stack in requests(plan, plan.all_changes())
        for kind in kinds(cloud.client, stack, request)
        for name in (leftover.name for leftover in kind.find())
    )
    return list(dict.fromkeys(found))


def make_up_for(cloud: Cloud, plan: Plan, report: Report, forgotten: Collection[str] = ()) -> None:
    """Takes each step of the cleanup whose invocation the state does not know.

    Args:
        cloud: the account.
        plan: a plan to create or change: what it would create is not in the state.
        report: told of what was removed.
        forgotten: addresses of invocations that were taken out of the state since.

    Raises:
        TeardownIncomplete: when something could not be removed, or stays busy for 15 minutes.
    """
    unknown = (
        change
        for change in plan.all_changes()
        if change.actions == ("create",) or change.address in forgotten
    )
    for request, stack in requests(plan, unknown):
        end = time.monotonic() + LONGEST_SECONDS
        deadline = Deadline(partial(lambda end: end - time.monotonic(), end), time.sleep)
        for line in run(cloud.client, stack, request, deadline).get("removed", []):
            report(f"Removed {line}")


def requests(plan: Plan, changes: Iterable[Change]) -> Iterator[tuple[Request, Stack]]:
    """What these invocations ask for when they are destroyed, and of which stack.

    Args:
        plan: any plan of the stack; one to destroy it tells what is recorded.
        changes: those of its changes that count. One whose subject is not known yet has none.
    """
    function, environment = next(_cleaning_functions(plan))
    stack = read_stack(environment)
    inputs = dict.fromkeys(
        text
        for change in changes
        if change.type == INVOCATION
        and (values := change.after or change.before).get("function_name") == function
        and (text := values.get("input"))
    )
    for text in inputs:
        request = parse({**json.loads(text), "tf": {"action": "delete"}}, stack.name)
        if request.stage != GUARD:  # which removes nothing
            yield request, stack


def knows_cleanup(plan: Plan) -> bool:
    """Whether the function that cleans up is among what a plan is about."""
    return any(True for _ in _cleaning_functions(plan))


def _cleaning_functions(plan: Plan) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Name and variables of the function that cleans up, which module.teardown makes."""
    for change in plan.all_changes():
        if change.type == "aws_lambda_function":
            values = change.after or change.before
            for entry in values.get("environment") or []:
                variables: Mapping[str, str] = entry.get("variables") or {}
                if "KEEP" in variables:
                    yield values["function_name"], variables
