"""A release serves when it has answered; one that does not makes way for one that did."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from tests.fakes import archives
from tests.fakes.answering import model_error
from tests.fakes.client import client_error
from tests.fakes.navigation_world import ENDPOINT, NavigationWorld
from tests.fakes.s3_store import Body
from update_endpoint.answer import ask

A, B, MUTE = archives.good("a"), archives.good("b"), archives.mute("x")
RIGHT = {"answers": {"probe": "yes"}}


@pytest.fixture
def world() -> NavigationWorld:
    return NavigationWorld()


class Runtime:
    """Answers with a body, or fails."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome

    def invoke_endpoint(self, **_: Any) -> Any:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return {"Body": Body(self.outcome)}


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (json.dumps(RIGHT).encode(), ""),
        (json.dumps({**RIGHT, "stand_in": {}}).encode(), ""),
        (b'{"answers": {"probe": null}}', "does not follow"),
        (b'{"answers": {"other": "yes"}}', "does not follow"),
        (b'{"answers": ["yes"]}', "does not follow"),
        (b'{"answer": "yes"}', "does not follow"),
        (b'["yes"]', "does not follow"),
        (b"yes", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (model_error(500, "CUDA\nerror" + "!" * 500), "the model answered 500: CUDA error!!!"),
        (model_error(400, "what is this"), "the model answered 400: what is this"),
        (
            client_error("ThrottlingException", "InvokeEndpoint", "slow"),
            "ThrottlingException: slow",
        ),
        (client_error("ModelNotReadyException", "InvokeEndpoint"), "ModelNotReadyException"),
        (ConnectTimeoutError(endpoint_url="https://runtime"), "no answer"),
    ],
)
def test_one_rule_says_which_answers_count(outcome: Any, reason: str) -> None:
    answer = ask(Runtime(outcome), ENDPOINT)
    assert answer.right == (reason == "")
    assert reason in answer.reason
    assert len(answer.reason) <= 200
    assert answer.reason.isprintable()


def test_denied_question_is_no_fault_of_the_release() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        ask(Runtime(client_error("AccessDeniedException", "InvokeEndpoint")), ENDPOINT)


def test_slow_first_answer_is_waited_for(world: NavigationWorld) -> None:
    world.upload(A)
    world.run()
    world.finish()
    world.runtime.deaf = True
    for _ in range(3):
        outcome = world.run()
        assert (outcome.action, outcome.release_failed, world.states()) == ("Wait", 0, ["applying"])
        assert "no answer" in world.record()[0]["reason"]
        world.clock.advance(240)
    world.runtime.deaf = False
    assert world.run().action == "Keep"
    assert world.states() == ["serving"]
    assert "@sha256:" in world.record()[0]["image"]
    assert len(world.calls("CreateEndpoint")) == 1


def test_what_serves_is_not_asked_again(world: NavigationWorld) -> None:
    world.upload(A)
    world.settle()
    asked = len(world.runtime.history)
    world.run()
    assert len(world.runtime.history) == asked == 1


def test_newer_upload_does_not_wait_for_the_answer_and_no_alarm_holds_it(
    world: NavigationWorld,
) -> None:
    world.upload(MUTE)
    world.run()
    world.finish()
    world.run()
    world.upload(A)
    assert world.run().action == "Update"
    assert "AutoRollbackConfiguration" not in world.calls("UpdateEndpoint")[0]["DeploymentConfig"]
    world.settle()
    assert world.serves(A)
    assert world.states() == ["superseded", "serving"]
    world.upload(B)
    world.settle()
    assert "AutoRollbackConfiguration" in world.calls("UpdateEndpoint")[1]["DeploymentConfig"]


@pytest.mark.parametrize(
    ("raised", "watched"), [({"errors"}, ["latency"]), ({"errors", "latency"}, [])]
)
def test_what_has_raised_alarms_in_service_can_be_replaced(
    world: NavigationWorld, raised: set[str], watched: list[str]
) -> None:
    world.upload(A)
    world.settle()
    world.alarms.raised = raised
    world.upload(B)
    world.settle()
    assert world.serves(B)
    rollback = world.calls("UpdateEndpoint")[0]["DeploymentConfig"].get(
        "AutoRollbackConfiguration", {"Alarms": []}
    )
    assert [alarm["AlarmName"] for alarm in rollback["Alarms"]] == watched


def test_an_alarm_that_an_update_raises_takes_it_back(world: NavigationWorld) -> None:
    world.upload(A)
    world.settle()
    world.upload(B)
    world.run()
    world.alarms.raised = {"errors"}
    world.settle()
    assert world.serves(A)
    assert world.states() == ["serving", "failed"]


def test_interrupted_giving_up_is_not_begun_again(world: NavigationWorld) -> None:
    world.upload(A)
    world.settle()
    world.upload(MUTE)
    world.run()
    world.finish()
    world.run()
    world.clock.advance(900)
    world.hosting.inject("DeleteEndpoint", "ThrottlingException")
    with pytest.raises(ClientError, match="Throttling"):
        world.run()
    assert world.states() == ["superseded", "failed"]
    assert world.run().action == "Delete"
    world.settle()
    assert world.serves(A)
