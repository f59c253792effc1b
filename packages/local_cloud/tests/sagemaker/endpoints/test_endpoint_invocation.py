"""InvokeEndpoint runs the release's own code and passes its failures on as AWS does."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.testing.waiting import wait_for
from support.releases import Endpoint, archive

# a request names what should happen
MOODY = """
import json, os, sys
def model_fn(model_dir, context):
    return context.system_properties["model_dir"] == model_dir
def input_fn(body, content_type):
    if content_type != "application/json":
        raise ValueError("send JSON, not " + content_type)
    return json.loads(body)
def predict_fn(mood, model, context):
    if mood == "die":
        os._exit(3)
    if mood == "raise":
        raise ValueError("no such mood")
    if isinstance(mood, int):
        context.set_response_status(mood, "phrase", 0)
    return {"mood": mood, "model": model}
def output_fn(result, accept, context):
    return json.dumps({**result, "accept": accept})
"""


@pytest.fixture
def endpoint(cloud: Any, client: Any, make_role: Any, unique: str) -> Endpoint:
    return Endpoint(cloud, client, make_role, unique)


@pytest.fixture
def moody(endpoint: Endpoint) -> Endpoint:
    endpoint.serve(endpoint.config("moody", archive(MOODY)))
    return endpoint


def failure(endpoint: Endpoint, data: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        endpoint.ask(data)
    assert caught.value.response["Error"]["Code"] == "ModelError"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 424
    return dict(caught.value.response)


def test_release_answers_with_its_own_files_and_variables(endpoint: Endpoint) -> None:
    endpoint.serve(endpoint.config("one", archive(name="red one"), environment={"COLOUR": "red"}))
    assert endpoint.ask({"a": 1}) == {"model": "red one", "data": {"a": 1}, "colour": "red"}
    answer = endpoint.runtime.invoke_endpoint(
        EndpointName=endpoint.name, Body=b"1", ContentType="application/json"
    )
    assert answer["InvokedProductionVariant"] == "primary"
    assert answer["ContentType"] == "application/json"


@pytest.mark.parametrize(("status", "kind"), [(413, "client"), (500, "server"), (503, "server")])
def test_status_of_the_container_is_passed_on(moody: Endpoint, status: int, kind: str) -> None:
    refused = failure(moody, status)
    assert refused["OriginalStatusCode"] == status
    body = json.loads(refused["OriginalMessage"])
    assert body == {"mood": status, "model": True, "accept": "application/json"}
    message = refused["Error"]["Message"]
    assert message.startswith(f'Received {kind} error ({status}) from primary with message "')
    assert f"group=/aws/sagemaker/Endpoints/{moody.name} in account 123456789012" in message


def test_what_is_raised_is_500_and_so_is_a_dead_container(moody: Endpoint) -> None:
    raised = failure(moody, "raise")
    assert raised["OriginalStatusCode"] == 500
    assert "the endpoint's log says why" in json.loads(raised["OriginalMessage"])["message"]
    died = failure(moody, "die")
    assert died["OriginalStatusCode"] == 500
    assert "Worker died." in died["OriginalMessage"]
    assert moody.ask("well")["mood"] == "well"


def test_the_toolkit_answers_400_to_what_is_raised(endpoint: Endpoint) -> None:
    release = archive(MOODY, server=False)
    endpoint.serve(endpoint.config("moody", release, server=False))
    raised = failure(endpoint, "raise")
    assert raised["OriginalStatusCode"] == 400
    assert json.loads(raised["OriginalMessage"])["message"] == "no such mood"


def test_content_type_and_accept_reach_the_release(moody: Endpoint) -> None:
    assert moody.ask("well", Accept="text/x")["accept"] == "text/x"
    with pytest.raises(ClientError, match="send JSON, not text/csv"):
        moody.runtime.invoke_endpoint(EndpointName=moody.name, Body=b"x", ContentType="text/csv")


def test_oversize_body_and_unknown_variant_are_refused(moody: Endpoint) -> None:
    with pytest.raises(ClientError, match="content length exceeded 6291456") as caught:
        moody.runtime.invoke_endpoint(EndpointName=moody.name, Body=bytes(6_291_457))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    with pytest.raises(ClientError, match="Variant other") as caught:
        moody.ask("well", TargetVariant="other")
    assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_endpoint_must_exist_and_be_in_service(endpoint: Endpoint) -> None:
    def refused() -> str:
        with pytest.raises(ClientError, match=f"Endpoint {endpoint.name} of account") as caught:
            endpoint.ask()
        return str(caught.value.response["Error"]["Code"])

    assert refused() == "ValidationError"
    endpoint.create(endpoint.config("one", archive()))
    assert refused() == "ValidationError"
    endpoint.settle("InService")
    assert endpoint.ask("x")["data"] == "x"


def test_permission_is_checked_on_the_endpoint(
    moody: Endpoint, client: Any, make_role: Any
) -> None:
    arn = moody.describe()["EndpointArn"]
    allowed = make_role("lambda", {"Action": "sagemaker:InvokeEndpoint", "Resource": arn})
    other = make_role("lambda", {"Action": "sagemaker:InvokeEndpoint", "Resource": arn + "-2"})
    request = {"EndpointName": moody.name, "Body": b"1", "ContentType": "application/json"}
    with pytest.raises(ClientError, match="sagemaker:InvokeEndpoint"):
        client("sagemaker-runtime", other).invoke_endpoint(**request)
    with pytest.raises(ClientError, match="Received server error"):
        client("sagemaker-runtime", allowed).invoke_endpoint(**{**request, "Body": b"500"})


def test_metrics_tell_client_from_server_errors(moody: Endpoint) -> None:
    moody.ask("well")
    failure(moody, 413)
    failure(moody, 500)
    names = ("Invocations", "Invocation4XXErrors", "Invocation5XXErrors", "ModelLatency")
    found = {name: statistics(moody, name) for name in names}
    assert found["Invocations"]["Sum"] == 3
    assert found["Invocation4XXErrors"]["Sum"] == found["Invocation5XXErrors"]["Sum"] == 1
    assert found["Invocation5XXErrors"]["SampleCount"] == 3
    assert 0 < found["ModelLatency"]["Average"] < 30_000_000


def statistics(endpoint: Endpoint, name: str) -> dict[str, Any]:
    now = datetime.datetime.now(datetime.UTC)
    points = endpoint.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=name,
        Dimensions=[
            {"Name": "EndpointName", "Value": endpoint.name},
            {"Name": "VariantName", "Value": "primary"},
        ],
        StartTime=now - datetime.timedelta(hours=1),
        EndTime=now + datetime.timedelta(minutes=1),
        Period=7200,
        Statistics=["Sum", "SampleCount", "Average"],
    )["Datapoints"]
    return dict(points[0])


def test_output_of_the_container_is_in_cloudwatch_logs(endpoint: Endpoint) -> None:
    endpoint.serve(endpoint.config("one", archive()))
    endpoint.ask()
    logs = endpoint.client("logs")
    group = f"/aws/sagemaker/Endpoints/{endpoint.name}"

    def lines() -> set[str]:
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return set()
        return {event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]}

    wait_for(lambda: {"loading", "asked"} <= lines(), what="the container's log")
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
    assert stream.startswith("primary/i-")
