"""What cannot be applied is retried, then kept with its reason; the old model stays in service."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.stack.stack_driver import TypeDriver
from vis_assis.journeys import edge_path


def _alarm_state(driver: TypeDriver, name: str) -> str:
    alarms = driver.stack.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(alarms[0]["StateValue"])


def _wait_for_alarm(driver: TypeDriver, name: str) -> None:
    edge_path.wait_for(
        f"the alarm {name}",
        lambda: True if _alarm_state(driver, name) == "ALARM" else None,
        seconds=120,
    )


def _denials(policy: str) -> str:
    document = json.loads(policy)
    kept = [entry for entry in document["Statement"] if entry["Effect"] == "Deny"]
    assert kept != document["Statement"]
    return json.dumps({**document, "Statement": kept})


@pytest.fixture
def elsewhere(driver: TypeDriver) -> Iterator[str]:
    """A bucket that promotion may not read."""
    bucket = "somebody-elses-bucket"
    driver.s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    yield bucket
    for entry in driver.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        driver.s3.delete_object(Bucket=bucket, Key=entry["Key"])
    driver.s3.delete_bucket(Bucket=bucket)


def test_what_cannot_be_applied_ends_as_a_dead_letter_and_blocks_its_own_type_only(
    driver: TypeDriver, elsewhere: str
) -> None:
    """All at once: each is retried for half a minute."""
    denied, other = TypeDriver(driver.stack, "depth"), TypeDriver(driver.stack, "vocoder")
    for reset in (denied, other):
        reset.reset()
    driver.register_approved("one")
    driver.wait_until_shows("one")
    driver.send('{"this is": "no event"}', group="object-detection")
    gone = driver.register("gone", upload=False)
    foreign = denied.register("foreign", bucket=elsewhere)
    driver.approve(gone)
    denied.approve(foreign)
    other.register_approved("fine")
    other.wait_until_shows("fine")  # while the others are tried again

    _wait_for_alarm(driver, driver.stack.outputs["promotion_dead_letter_alarm"])
    for body in (gone, foreign, "no event"):
        driver.wait_for_dead_letter(body)
    driver.logged("ArtifactMissing", gone)
    driver.logged("ArtifactDenied", elsewhere)
    driver.logged("InvalidEvent")
    driver.wait_until_shows("one")
    assert denied.shown() is None
    for reset in (denied, other):  # or each sweep tries the denied version again
        reset.reset()


def test_an_event_that_cannot_reach_the_queue_is_kept_until_the_repair(driver: TypeDriver) -> None:
    queue = driver.stack.outputs["promotion_queue_url"]
    undelivered = queue.removesuffix(".fifo") + "-undelivered"
    attributes = driver.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])
    policy = attributes["Attributes"]["Policy"]
    driver.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": _denials(policy)})
    try:
        arn = driver.register_approved("stranded")
        message = driver.wait_for_message(undelivered, '"Approved"')
        assert arn in message["Body"]
        assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
        assert driver.shown() is None
        _wait_for_alarm(driver, undelivered.rsplit("/", 1)[1])
    finally:
        driver.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    driver.sweep()
    driver.wait_until_shows("stranded")
    driver.sqs.purge_queue(QueueUrl=undelivered)
