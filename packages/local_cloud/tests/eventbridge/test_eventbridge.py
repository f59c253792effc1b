"""EventBridge delivers what it may, and says where the rest went."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.testing.waiting import wait_for
from support import functions as f


def dead_letter(client: Any, unique: str) -> str:
    return f.create_queue(client, f"{unique}-dead", f.rule_arn(unique))


def target(unique: str, arn: str, **more: Any) -> dict[str, Any]:
    return {"Arn": arn, "DeadLetterConfig": {"Arn": f.queue_arn(f"{unique}-dead")}, **more}


def error_code(client: Any, url: str) -> str:
    message = wait_for(lambda: f.receive(client, url))[0]
    return str(message["MessageAttributes"]["ERROR_CODE"]["StringValue"])


def counted(client: Any, rule: str, metric: str) -> float:
    now = datetime.now(UTC)
    points = client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Events",
        MetricName=metric,
        Dimensions=[{"Name": "RuleName", "Value": rule}],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
        Period=600,
        Statistics=["Sum"],
    )["Datapoints"]
    return float(sum(point["Sum"] for point in points))


def test_queue_without_permission_gets_nothing(client: Any, unique: str) -> None:
    dead_url = dead_letter(client, unique)
    url = f.create_queue(client, unique)
    f.create_rule(client, unique, target(unique, f.queue_arn(unique)))
    f.put_event(client, unique)
    assert error_code(client, dead_url) == "NO_PERMISSIONS"
    assert f.receive(client, url) == []
    assert counted(client, unique, "InvocationsSentToDlq") == 1


def test_a_dead_letter_queue_is_no_fifo_queue(client: Any, unique: str) -> None:
    f.create_queue(client, f"{unique}-dead.fifo", f.rule_arn(unique))
    dead = {"DeadLetterConfig": {"Arn": f.queue_arn(f"{unique}-dead.fifo")}}
    with pytest.raises(ClientError, match="SQS FIFO is not supported by Dead Letter Queues"):
        f.create_rule(client, unique, {"Arn": f.queue_arn(unique), **dead})


def test_an_event_that_no_queue_takes_is_counted(client: Any, unique: str) -> None:
    dead_url = f.create_queue(client, f"{unique}-dead")
    f.create_queue(client, unique)
    f.create_rule(client, unique, target(unique, f.queue_arn(unique)))
    f.put_event(client, unique)
    assert wait_for(lambda: counted(client, unique, "InvocationsFailedToBeSentToDlq")) == 1
    assert counted(client, unique, "FailedInvocations") == 1
    assert counted(client, unique, "InvocationsSentToDlq") == 0
    assert f.receive(client, dead_url) == []


def test_queue_with_permission_gets_the_event(client: Any, unique: str) -> None:
    url = f.create_queue(client, unique, f.rule_arn(unique))
    f.create_rule(client, unique, {"Arn": f.queue_arn(unique)})
    f.put_event(client, unique, number=1)
    message = wait_for(lambda: f.receive(client, url))[0]
    assert json.loads(message["Body"])["detail"] == {"number": 1}


def test_fifo_target_without_group_is_undeliverable(client: Any, unique: str) -> None:
    dead_url = dead_letter(client, unique)
    f.create_queue(client, f"{unique}.fifo", f.rule_arn(unique))
    f.create_rule(client, unique, target(unique, f.queue_arn(f"{unique}.fifo")))
    f.put_event(client, unique)
    assert error_code(client, dead_url) == "INVALID_PARAMETER"


def test_identical_fifo_messages_are_deduplicated(client: Any, unique: str) -> None:
    url = f.create_queue(client, f"{unique}.fifo", f.rule_arn(unique))
    settings = {"SqsParameters": {"MessageGroupId": "g"}, "Input": json.dumps({"same": True})}
    f.create_rule(client, unique, {"Arn": f.queue_arn(f"{unique}.fifo"), **settings})
    f.put_event(client, unique)
    f.put_event(client, unique)
    attributes = client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )["Attributes"]
    assert attributes == {"ApproximateNumberOfMessages": "1"}


def test_function_without_permission_is_not_invoked(
    client: Any, unique: str, make_role: Any
) -> None:
    dead_url = dead_letter(client, unique)
    source = "def handle(event, context):\n    return {}\n"
    arn = f.create_function(client, unique, make_role("lambda"), source)
    f.create_rule(client, unique, target(unique, arn))
    f.put_event(client, unique)
    assert error_code(client, dead_url) == "NO_PERMISSIONS"


def test_failing_function_is_retried_then_reported(
    client: Any, unique: str, make_role: Any
) -> None:
    failed_url = f.create_queue(client, f"{unique}-failed")
    attempts_url = f.create_queue(client, f"{unique}-attempts")
    queues = [f.queue_arn(f"{unique}-{name}") for name in ("failed", "attempts")]
    role = make_role("lambda", {"Action": "sqs:SendMessage", "Resource": queues})
    source = """
        import boto3, os
        def handle(event, context):
            boto3.client("sqs").send_message(
                QueueUrl=os.environ["ATTEMPTS"], MessageBody=context.aws_request_id)
            raise ValueError("no")
        """
    arn = f.create_function(client, unique, role, source, {"ATTEMPTS": attempts_url})
    client("lambda").add_permission(
        FunctionName=unique,
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=f.rule_arn(unique),
    )
    client("lambda").put_function_event_invoke_config(
        FunctionName=unique,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": f.queue_arn(f"{unique}-failed")}},
    )
    f.create_rule(client, unique, {"Arn": arn})
    f.put_event(client, unique)
    report = json.loads(wait_for(lambda: f.receive(client, failed_url))[0]["Body"])
    assert report["responsePayload"]["errorMessage"] == "no"
    attempts = [message["Body"] for message in f.receive(client, attempts_url)]
    assert len(attempts) == 2  # the first, and the one retry that the function asks for


def test_aws_sources_are_reserved(client: Any, cloud: Any) -> None:
    entry = {"Source": "aws.sagemaker", "DetailType": "x", "Detail": "{}"}
    answer = client("events").put_events(Entries=[entry])
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"
    emitted = {"source": "aws.sagemaker", "detail-type": "x", "detail": {"a": 1}}
    identifier = cloud.control("events", emitted)["id"]
    assert identifier in [event["id"] for event in cloud.control("events")]


def test_unknown_schedule_is_named(cloud: Any, unique: str) -> None:
    import urllib.error

    with pytest.raises(urllib.error.HTTPError) as caught:
        cloud.control("schedules", {"rule": unique})
    assert unique in caught.value.read().decode()


def test_put_events_needs_permission(client: Any, make_role: Any) -> None:
    entry = {"Source": "test", "DetailType": "x", "Detail": "{}"}
    with pytest.raises(ClientError, match="not authorized"):
        client("events", make_role("lambda")).put_events(Entries=[entry])
