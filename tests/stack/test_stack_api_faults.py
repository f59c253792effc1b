"""What somebody has to put right alarms at the first request, though the app gets an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.stack.api_driver import MODELS, ApiDriver
from tests.stack.stack_driver import TypeDriver
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack


@contextmanager
def _denied(stack: LocalStack, function: str, action: str, resource: str) -> Iterator[None]:
    """Takes a right from a function for a while."""
    iam, role = stack.client("iam"), stack.outputs["function_names"][function]
    statement = {"Effect": "Deny", "Action": action, "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="denied", PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="denied")


def _state(stack: LocalStack, alarm: str) -> str:
    described = stack.client("cloudwatch").describe_alarms(AlarmNames=[alarm])
    return str(described["MetricAlarms"][0]["StateValue"])


def _wait_for_alarm(stack: LocalStack, alarm: str) -> None:
    def raised() -> Any:
        return True if _state(stack, alarm) == "ALARM" else None

    edge_path.wait_for(f"the alarm {alarm}", raised, 30)


def test_an_index_that_may_not_be_read_alarms(user: ApiDriver, driver: TypeDriver) -> None:
    stack = user.stack
    alarm = f"{stack.outputs['function_names']['model_urls']}-failures"
    assert _state(stack, alarm) != "ALARM"
    driver.upload_by_hand("by-hand.zip", "by hand")
    driver.wait_until_shows("by hand")
    index = f"arn:aws:s3:::{driver.production}/index.json"
    with _denied(stack, "model_urls", "s3:GetObject", index):
        answer = user.call(MODELS)
    assert (answer.status, "retry-after" in answer.headers) == (503, True)
    _wait_for_alarm(stack, alarm)
    assert driver.type in user.call(MODELS).json()


def test_an_endpoint_that_may_not_be_asked_alarms_and_is_no_reason_to_wait(
    user: ApiDriver,
) -> None:
    stack = user.stack
    alarm = f"{stack.outputs['function_names']['invoke_navigation']}-failures"
    assert user.ask().status == 503  # there is no endpoint yet, which is no fault
    assert _state(stack, alarm) != "ALARM"
    with _denied(stack, "invoke_navigation", "sagemaker:InvokeEndpoint", "*"):
        answer = user.ask()
    assert (answer.status, "retry-after" in answer.headers) == (502, False)
    _wait_for_alarm(stack, alarm)
