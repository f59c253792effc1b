"""What cannot be applied is retried, then kept with its reason; the old model stays in service."""

from __future__ import annotations

import json

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


def test_a_missing_artifact_ends_as_a_dead_letter_with_an_alarm(driver: TypeDriver) -> None:
    driver.register_approved("one")
    driver.wait_until_shows("one")
    arn = driver.register("gone", upload=False)
    driver.approve(arn)
    _wait_for_alarm(driver, driver.stack.outputs["promotion_dead_letter_alarm"])
    assert arn in driver.wait_for_dead_letter(arn)
    assert arn in driver.logged("ArtifactMissing")
    driver.wait_until_shows("one")


def test_a_malformed_event_ends_as_a_dead_letter(driver: TypeDriver) -> None:
    driver.send('{"this is": "no event"}')
    driver.wait_for_dead_letter("no event")
    driver.logged("InvalidEvent")


def test_denied_access_ends_as_a_dead_letter(driver: TypeDriver) -> None:
    bucket = "somebody-elses-bucket"
    driver.s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    try:
        arn = driver.register("foreign", bucket=bucket)
        driver.approve(arn)
        driver.wait_for_dead_letter(arn)
        assert bucket in driver.logged("ArtifactDenied")
        assert driver.shown() is None
    finally:
        listed = driver.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        for entry in listed:
            driver.s3.delete_object(Bucket=bucket, Key=entry["Key"])
        driver.s3.delete_bucket(Bucket=bucket)


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


def test_one_blocked_type_does_not_hold_up_another(driver: TypeDriver) -> None:
    other = TypeDriver(driver.stack, "vocoder")
    other.reset()
    broken = driver.register("broken", upload=False)
    driver.approve(broken)
    other.register_approved("fine")
    other.wait_until_shows("fine", seconds=10)
    driver.wait_for_dead_letter(broken)
    driver.reset()  # or each sweep tries the broken version again, and the queue never rests
    other.reset()
