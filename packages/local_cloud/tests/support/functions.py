"""Small Lambda functions and event lanes for the conformance tests."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from typing import Any

ACCOUNT, REGION = "123456789012", "eu-west-1"


def zipped(source: str) -> bytes:
    """A zip whose handler.py is `source`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("handler.py", textwrap.dedent(source))
    return buffer.getvalue()


def create_function(
    client: Any, name: str, role_arn: str, source: str, variables: dict[str, str] | None = None
) -> str:
    """A function whose `handle` is in `source`; its ARN."""
    answer = client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role_arn,
        Handler="handler.handle",
        Code={"ZipFile": zipped(source)},
        Timeout=20,
        Environment={"Variables": variables or {}},
    )
    return str(answer["FunctionArn"])


def invoke(client: Any, name: str, event: Any = None) -> Any:
    """The function's answer; for a failed one its error object."""
    answer = client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}))
    return json.loads(answer["Payload"].read())


def queue_arn(name: str) -> str:
    """ARN of a queue."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def create_queue(client: Any, name: str, allowed_rule_arn: str = "", **attributes: str) -> str:
    """A queue, FIFO when its name says so, that takes events of one rule; its URL."""
    if name.endswith(".fifo"):
        attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true", **attributes}
    if allowed_rule_arn:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn(name),
            "Condition": {"ArnEquals": {"aws:SourceArn": allowed_rule_arn}},
        }
        attributes["Policy"] = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return str(client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


def create_rule(client: Any, name: str, target: dict[str, Any], **settings: Any) -> str:
    """A rule on the source `test.<name>` unless told otherwise, with one target; its ARN."""
    events = client("events")
    if not settings:
        settings = {"EventPattern": json.dumps({"source": [f"test.{name}"]})}
    arn = events.put_rule(Name=name, **settings)["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "target", **target}])
    return str(arn)


def rule_arn(name: str) -> str:
    """ARN of a rule on the default bus."""
    return f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"


def put_event(client: Any, name: str, **detail: Any) -> None:
    """An event that the rule of `create_rule(name)` matches."""
    entry = {"Source": f"test.{name}", "DetailType": "test", "Detail": json.dumps(detail)}
    answer = client("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0


def receive(client: Any, url: str) -> list[dict[str, Any]]:
    """Messages that are visible now, which they then are no longer."""
    answer = client("sqs").receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    return list(answer.get("Messages", []))
