"""Data capture writes JSON lines as the execution role, and never costs an answer."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from support.releases import Endpoint, archive


@pytest.fixture
def endpoint(cloud: Any, client: Any, make_role: Any, unique: str) -> Endpoint:
    return Endpoint(cloud, client, make_role, unique)


def capture(endpoint: Endpoint, prefix: str = "capture/navigation", **more: Any) -> dict[str, Any]:
    return {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{endpoint.bucket}/{prefix}",
        "CaptureOptions": [{"CaptureMode": "Input"}],
        **more,
    }


def captured(endpoint: Endpoint) -> dict[str, dict[str, Any]]:
    """Records by key."""
    found = endpoint.s3.list_objects_v2(Bucket=endpoint.bucket, Prefix="capture")
    keys = [item["Key"] for item in found.get("Contents", [])]
    bodies = [endpoint.s3.get_object(Bucket=endpoint.bucket, Key=key)["Body"] for key in keys]
    return {key: json.loads(body.read()) for key, body in zip(keys, bodies, strict=True)}


def test_input_is_kept_below_the_hour(endpoint: Endpoint) -> None:
    endpoint.serve(endpoint.config("one", archive(), DataCaptureConfig=capture(endpoint)))
    endpoint.ask("a picture")
    [(key, record)] = captured(endpoint).items()
    folder = f"capture/navigation/{endpoint.name}/primary/"
    assert re.fullmatch(re.escape(folder) + r"\d{4}/\d\d/\d\d/\d\d/[-\da-f]+\.jsonl", key)
    assert record == {
        "captureData": {
            "endpointInput": {
                "observedContentType": "application/json",
                "mode": "INPUT",
                "data": base64.b64encode(b'"a picture"').decode(),
                "encoding": "BASE64",
            }
        },
        "eventMetadata": record["eventMetadata"],
        "eventVersion": "0",
    }
    assert set(record["eventMetadata"]) == {"eventId", "inferenceTime"}
    assert endpoint.describe()["DataCaptureConfig"] == {
        "EnableCapture": True,
        "CaptureStatus": "Started",
        "CurrentSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{endpoint.bucket}/capture/navigation",
        "KmsKeyId": "",
    }


def test_output_and_plain_json_are_kept_if_asked_for(endpoint: Endpoint) -> None:
    config = capture(
        endpoint,
        CaptureOptions=[{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        CaptureContentTypeHeader={"JsonContentTypes": ["application/json"]},
    )
    endpoint.serve(endpoint.config("one", archive(), DataCaptureConfig=config))
    answer = endpoint.ask("a picture")
    [record] = captured(endpoint).values()
    parts = record["captureData"]
    assert (parts["endpointInput"]["data"], parts["endpointInput"]["encoding"]) == (
        '"a picture"',
        "JSON",
    )
    assert json.loads(parts["endpointOutput"]["data"]) == answer


@pytest.mark.parametrize("off", [{"InitialSamplingPercentage": 0}, {"EnableCapture": False}])
def test_nothing_is_kept_when_off(endpoint: Endpoint, off: dict[str, Any]) -> None:
    config = capture(endpoint, **off)
    endpoint.serve(endpoint.config("one", archive(), DataCaptureConfig=config))
    endpoint.ask()
    assert captured(endpoint) == {}


@pytest.mark.parametrize("may_encrypt", [True, False])
def test_key_encrypts_what_is_kept_if_the_role_may_use_it(
    endpoint: Endpoint, may_encrypt: bool
) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c"
    if may_encrypt:
        statement = {
            "Effect": "Allow",
            "Action": "kms:GenerateDataKey",
            "Resource": key,
            "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
        }
        endpoint.client("iam").put_role_policy(
            RoleName=endpoint.role.rpartition("/")[2],
            PolicyName="key",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
        )
    config = capture(endpoint, KmsKeyId=key)
    endpoint.serve(endpoint.config("one", archive(), DataCaptureConfig=config))
    endpoint.ask()
    keys = [
        endpoint.s3.head_object(Bucket=endpoint.bucket, Key=name)["SSEKMSKeyId"]
        for name in captured(endpoint)
    ]
    assert keys == ([key] if may_encrypt else [])


def test_percentage_is_a_share(endpoint: Endpoint) -> None:
    config = capture(endpoint, InitialSamplingPercentage=50)
    endpoint.serve(endpoint.config("one", archive(), DataCaptureConfig=config))
    for _ in range(40):
        endpoint.ask()
    assert 5 <= len(captured(endpoint)) <= 35  # fails once in a million runs


def test_denied_capture_is_logged_and_the_answer_given(endpoint: Endpoint) -> None:
    config = capture(endpoint, prefix="elsewhere")
    endpoint.serve(endpoint.config("one", archive(name="one"), DataCaptureConfig=config))
    assert endpoint.ask("a picture")["model"] == "one"
    log = (endpoint.cloud.state_dir / "server.log").read_text()
    line = next(line for line in log.splitlines() if f"data capture of {endpoint.name}" in line)
    assert "AccessDenied" in line
    assert "a picture" not in line
    refused = [
        call
        for call in endpoint.cloud.control("calls?action=s3:PutObject")
        if not call["allowed"] and "elsewhere" in call["resources"][0]
    ]
    assert endpoint.bucket in refused[-1]["resources"][0]
