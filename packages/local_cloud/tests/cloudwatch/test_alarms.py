"""Alarms describe themselves completely and change state."""

from __future__ import annotations

import http.client
import json
from typing import Any

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from local_cloud.testing.waiting import wait_for
from support import functions as f


def put_alarm(client: Any, name: str, **more: Any) -> dict[str, Any]:
    settings = {
        "AlarmName": name,
        "AlarmDescription": "A message failed.",
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{"Name": "QueueName", "Value": name}],
        "Statistic": "Maximum",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0.0,
        "Period": 60,
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
        **more,
    }
    client("cloudwatch").put_metric_alarm(**settings)
    return settings


def described(client: Any, name: str) -> dict[str, Any]:
    return dict(client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0])


def test_query_clients_get_every_field(cloud: Any, client: Any, unique: str) -> None:
    settings = put_alarm(client, unique, AlarmActions=["arn:aws:sns:eu-west-1:123456789012:t"])
    body = f"Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1={unique}"
    answer = signed_query(cloud, "monitoring", body)
    assert "<ActionsEnabled>true</ActionsEnabled>" in answer
    assert f"<Dimensions><member><Name>QueueName</Name><Value>{unique}</Value>" in answer
    for name in ("AlarmDescription", "Statistic", "Period", "TreatMissingData"):
        assert f"<{name}>{settings[name]}</{name}>" in answer


def test_an_alarm_on_a_percentile_has_no_statistic(cloud: Any, client: Any, unique: str) -> None:
    settings = put_alarm(client, unique)
    del settings["Statistic"]
    client("cloudwatch").put_metric_alarm(**settings, ExtendedStatistic="p90")
    body = f"Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1={unique}"
    answer = signed_query(cloud, "monitoring", body)
    assert "<ExtendedStatistic>p90</ExtendedStatistic>" in answer
    assert "<Statistic>" not in answer


def signed_query(cloud: Any, service: str, body: str) -> str:
    environment = cloud.environment()
    credentials = boto3.Session(
        environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    ).get_credentials()
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    request = AWSRequest("POST", cloud.endpoint_url + "/", headers=headers, data=body)
    SigV4Auth(credentials, service, "eu-west-1").add_auth(request)
    connection = http.client.HTTPConnection(cloud.endpoint_url.removeprefix("http://"), timeout=10)
    connection.request("POST", "/", body=body, headers=dict(request.headers.items()))
    return connection.getresponse().read().decode()


def test_message_in_the_queue_raises_the_alarm(client: Any, unique: str) -> None:
    topic = client("sns").create_topic(Name=unique)["TopicArn"]
    inbox = f.create_queue(client, f"{unique}-inbox")
    policy = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": f.queue_arn(f"{unique}-inbox"),
    }
    client("sqs").set_queue_attributes(
        QueueUrl=inbox,
        Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [policy]})},
    )
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f.queue_arn(f"{unique}-inbox"))
    url = f.create_queue(client, unique)
    put_alarm(client, unique, AlarmActions=[topic])
    wait_for(lambda: described(client, unique)["StateValue"] == "OK")
    client("sqs").send_message(QueueUrl=url, MessageBody="x")
    wait_for(lambda: described(client, unique)["StateValue"] == "ALARM")
    told = json.loads(json.loads(wait_for(lambda: f.receive(client, inbox))[0]["Body"])["Message"])
    assert (told["AlarmName"], told["NewStateValue"]) == (unique, "ALARM")


def test_alarm_ignores_other_dimensions(client: Any, unique: str) -> None:
    other = f.create_queue(client, f"{unique}-other")
    client("sqs").send_message(QueueUrl=other, MessageBody="x")
    f.create_queue(client, unique)
    put_alarm(client, unique)
    put_alarm(
        client,
        f"{unique}-other",
        Dimensions=[{"Name": "QueueName", "Value": f"{unique}-other"}],
    )
    wait_for(lambda: described(client, f"{unique}-other")["StateValue"] == "ALARM")
    assert described(client, unique)["StateValue"] == "OK"


def test_missing_data_is_treated_as_told(client: Any, unique: str) -> None:
    dimensions = [{"Name": "QueueName", "Value": f"{unique}-none"}]
    put_alarm(client, f"{unique}-a", Dimensions=dimensions, TreatMissingData="breaching")
    put_alarm(client, f"{unique}-b", Dimensions=dimensions, TreatMissingData="missing")
    wait_for(lambda: described(client, f"{unique}-a")["StateValue"] == "ALARM")
    assert described(client, f"{unique}-b")["StateValue"] == "INSUFFICIENT_DATA"
