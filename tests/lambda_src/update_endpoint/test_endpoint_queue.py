"""From an SQS message to a run: any event only starts it, failures return, alarms are fed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.fakes import archives
from tests.fakes.navigation_world import BUCKET, ENDPOINT, NavigationWorld
from tests.fakes.queue import FakeFifoQueue
from tests.lambda_src.update_endpoint.test_endpoint_settings import ENVIRONMENT
from update_endpoint import handler

EVENTS = Path(__file__).parents[2] / "events"
SCHEDULE = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


class Queued:
    """The queue, the real handler and the world behind its clients."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = NavigationWorld()
        self.queue = FakeFifoQueue(self.world.clock)
        clients = {
            "s3": self.world.s3,
            "sagemaker": self.world.hosting,
            "application-autoscaling": self.world.scaling,
            "sagemaker-runtime": self.world.runtime,
            "cloudwatch": self.world.alarms,
            "sqs": self.queue,
        }
        monkeypatch.setattr(handler, "client", clients.__getitem__)
        place = {"UPLOAD_BUCKET": BUCKET, "ENDPOINT_NAME": ENDPOINT}
        environment = {**ENVIRONMENT, **place, "RETRY_BASE_SECONDS": "10", "MAX_RECEIVE_COUNT": "4"}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

    def send(self, event: Any) -> Exception | None:
        self.queue.send("navigation", event)
        return self.queue.deliver(self.handle)

    def handle(self, event: dict[str, Any]) -> None:
        context = SimpleNamespace(
            function_name="update-endpoint",
            memory_limit_in_mb=256,
            invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:update-endpoint",
            aws_request_id="request",
        )
        handler.handle(event, context)


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> Queued:
    return Queued(monkeypatch)


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def metrics(printed: str) -> dict[str, Any]:
    """The last line in embedded metric format."""
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    found: dict[str, Any] = [line for line in lines if "_aws" in line][-1]
    return found


@pytest.mark.parametrize(
    "event", [sample("s3_model_uploaded"), sample("endpoint_in_service"), SCHEDULE]
)
def test_any_event_applies_the_upload(queued: Queued, event: Any) -> None:
    queued.world.upload(archives.good("a"))
    assert queued.send(event) is None
    queued.world.finish()
    assert queued.send(event) is None
    assert queued.world.serves(archives.good("a"))
    assert queued.queue.messages == []


def test_refused_upload_is_no_failed_message_but_feeds_the_alarm(
    queued: Queued, capsys: pytest.CaptureFixture[str]
) -> None:
    queued.world.upload(archives.bad("a"))
    assert queued.send(SCHEDULE) is None
    found = metrics(capsys.readouterr().out)
    assert (found["ReleaseRefused"], found["ReleaseFailed"]) == ([1.0], [0.0])
    assert found["Endpoint"] == ENDPOINT
    assert found["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "VisAssis"
    queued.world.upload(archives.good("b"))
    queued.send(SCHEDULE)
    assert metrics(capsys.readouterr().out)["ReleaseRefused"] == [0.0]


def test_waiting_says_nothing_about_the_upload(
    queued: Queued, capsys: pytest.CaptureFixture[str]
) -> None:
    queued.world.upload(archives.good("a"))
    queued.send(SCHEDULE)
    capsys.readouterr()
    queued.send(SCHEDULE)
    assert "CloudWatchMetrics" not in capsys.readouterr().out


def test_real_error_returns_the_message_and_ends_in_the_dead_letters(queued: Queued) -> None:
    queued.world.upload(archives.good("a"))
    queued.world.hosting.inject("CreateModel", "AccessDeniedException", times=99)
    assert isinstance(queued.send(SCHEDULE), ClientError)
    queued.queue.drain(queued.handle)
    assert len(queued.queue.dead_letters) == 1
    queued.world.hosting.restart()
    assert queued.send(SCHEDULE) is None
    queued.world.finish()
    assert queued.world.serves(archives.good("a"))


def test_body_that_is_no_event_is_an_error(queued: Queued) -> None:
    assert "not JSON" in str(queued.send("{"))
