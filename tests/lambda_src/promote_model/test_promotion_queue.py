"""From an SQS message to a promotion: parsing, retries, dead letters, and what is logged."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from common.errors import InvalidEvent, SettingsError
from common.event_queue import Message, RetryPolicy, only_message, process_message
from common.logging import build_logger
from promote_model import trace
from promote_model.event_evidence import Unapproved, unapproved_by
from promote_model.settings import Settings
from tests.fakes.promotion_world import GROUP, TYPE, World
from tests.fakes.queue import FakeFifoQueue

PACKAGES = f"arn:aws:sagemaker:eu-west-1:123456789012:model-package/{GROUP}"
EVENTS = Path(__file__).parents[2] / "events"
POLICY = RetryPolicy(base_seconds=10, max_receive_count=4)
ENVIRONMENT = {
    "CATALOGUE": json.dumps({"group": GROUP.replace(TYPE, "{type}"), "types": [TYPE]}),
    "PRODUCTION_BUCKET": "production",
    "RETRY_BASE_SECONDS": "10",
    "MAX_RECEIVE_COUNT": "4",
    "INDEX_DAYS": "14",
    "COPY_IN_PARTS_ABOVE": "1000",
}


def sample(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return content


class Queued:
    """The queue in front of a promotion world."""

    def __init__(self) -> None:
        self.world = World()
        self.queue = FakeFifoQueue(self.world.clock, max_receive_count=POLICY.max_receive_count)
        self.log = StringIO()
        self.logger = build_logger(service=f"queue-{uuid4()}", stream=self.log)

    def function(self, event: dict[str, Any]) -> None:
        def work(message: Message) -> object:
            assert message.group == TYPE
            return self.world.run(message.json())

        process_message(event, work, sqs=self.queue, policy=POLICY, logger=self.logger)

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture
def queued() -> Queued:
    return Queued()


def test_a_failure_backs_off_then_lands_in_the_dead_letters(queued: Queued) -> None:
    queued.queue.send(TYPE, "{not json")
    failures = queued.queue.drain(queued.function)
    assert [type(item) for item in failures] == [InvalidEvent] * 4
    assert [item.body for item in queued.queue.dead_letters] == ["{not json"]
    waits = [(entry["retry_in_seconds"], entry["last_try"]) for entry in queued.entries()]
    assert waits == [(10, False), (20, False), (40, False), (0, True)]
    assert all("is not JSON" in entry["reason"] for entry in queued.entries())
    assert queued.entries()[0]["error"] == "InvalidEvent"


def test_a_passing_fault_heals_without_dead_letters(queued: Queued) -> None:
    queued.queue.send(TYPE, queued.world.approve(queued.world.register()))
    queued.world.s3.inject("CopyObject", "SlowDown", times=2)
    assert len(queued.queue.drain(queued.function)) == 2
    assert queued.queue.dead_letters == []
    assert queued.world.shown() == b"package 1"


def test_a_failure_to_set_the_delay_does_not_hide_the_reason(queued: Queued) -> None:
    queued.queue.send(TYPE, "[]")
    queued.queue.inject("ChangeMessageVisibility", "AccessDenied")
    assert isinstance(queued.queue.deliver(queued.function), InvalidEvent)
    messages = [entry["message"] for entry in queued.entries()]
    assert messages == ["message failed", "delay of the next try not set"]


def test_delays_double_up_to_the_limit() -> None:
    policy = RetryPolicy(base_seconds=5, max_receive_count=100, max_delay_seconds=60)
    assert [policy.delay(count) for count in (1, 2, 3, 4, 5, 99)] == [5, 10, 20, 40, 60, 60]


@pytest.mark.parametrize("change", ["none", "two", "no group", "text count", "not sqs"])
def test_anything_but_one_fifo_record_is_refused(change: str) -> None:
    event = sample("sqs_model_package_approved")
    (record,) = event["Records"]
    match change:
        case "none":
            event["Records"] = []
        case "two":
            event["Records"] = [record, record]
        case "no group":
            del record["attributes"]["MessageGroupId"]
        case "text count":
            record["attributes"]["ApproximateReceiveCount"] = "many"
        case _:
            event = sample("promotion_sweep")
    with pytest.raises(InvalidEvent, match="exactly one record"):
        only_message(event)


@pytest.mark.parametrize("name", ["sqs_model_package_approved", "sqs_promotion_sweep"])
def test_documented_messages_are_read(name: str) -> None:
    message = only_message(sample(name))
    assert (message.group, message.receive_count) == ("depth", 1)
    assert unapproved_by(message.json(), GROUP) is None


def test_a_malformed_body_is_named() -> None:
    message = only_message(sample("sqs_malformed_body"))
    with pytest.raises(InvalidEvent, match=message.message_id):
        message.json()


@pytest.mark.parametrize("name", ["model_package_rejected", "model_package_pending"])
def test_a_withdrawn_approval_is_evidence(name: str) -> None:
    event = sample(name)
    evidence = unapproved_by(event, GROUP)
    assert isinstance(evidence, Unapproved)
    assert evidence.arn == event["detail"]["ModelPackageArn"]
    assert evidence.moment.isoformat() == "2026-03-05T10:15:30.123000+00:00"
    event["detail"]["LastModifiedTime"] = 1772705730123
    assert unapproved_by(event, GROUP) == evidence
    event["detail"]["LastModifiedTime"] = "yesterday"
    assert unapproved_by(event, GROUP) is None


def test_settings_are_read() -> None:
    settings = Settings.from_environment(ENVIRONMENT)
    assert settings.group_of(TYPE) == GROUP
    assert settings.retry == RetryPolicy(base_seconds=10, max_receive_count=4)
    with pytest.raises(InvalidEvent, match=r"'tts'.*depth"):
        settings.group_of("tts")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("CATALOGUE", [None, "{", "[]"]),
        ("PRODUCTION_BUCKET", ["", None]),
        ("RETRY_BASE_SECONDS", ["soon", "0"]),
        ("MAX_RECEIVE_COUNT", [None]),
        ("COPY_IN_PARTS_ABOVE", ["5 GB"]),
        ("INDEX_DAYS", ["0"]),
    ],
)
def test_a_wrong_setting_is_named(name: str, values: list[str | None]) -> None:
    for value in values:
        environment = {key: text for key, text in ENVIRONMENT.items() if key != name}
        with pytest.raises(SettingsError, match=name):
            Settings.from_environment(environment | ({} if value is None else {name: value}))


@pytest.mark.parametrize(
    ("name", "keys", "since"),
    [
        (
            "model_package_approved",
            {"correlation_id": "abc123def456", "package_arn": f"{PACKAGES}/3"},
            datetime(2026, 3, 5, 10, 15, 31, tzinfo=UTC),
        ),
        ("promotion_sweep", {}, None),
    ],
)
def test_log_lines_name_the_execution_of_the_pipeline(
    name: str, keys: dict[str, str], since: datetime | None
) -> None:
    event = sample(name)
    assert (trace.keys(event), trace.since(event)) == (keys, since)


def test_log_lines_name_an_upload() -> None:
    event = {"detail-type": "Object Created", "detail": {"object": {"key": "depth/a.zip"}}}
    assert trace.keys(event) == {"uploaded_key": "depth/a.zip"}
    assert trace.since({**event, "time": "no time"}) is None
