"""Data capture: requests and answers as JSON lines in S3.

Format: https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
"""

from __future__ import annotations

import base64
import json
import random
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local_cloud.sagemaker.endpoints.instances.answer import Answer, Invocation
from local_cloud.sagemaker.s3_uri import split_s3_uri

_MODES = {"Input": "endpointInput", "Output": "endpointOutput"}


def is_sampled(config: Mapping[str, Any]) -> bool:
    """Whether this invocation is one of the InitialSamplingPercentage."""
    if not config or config.get("EnableCapture") is False:
        return False
    percentage = float(config["InitialSamplingPercentage"])
    return random.uniform(0, 100) < percentage  # noqa: S311 - a sample


def write_capture(
    s3: Any,
    config: Mapping[str, Any],
    names: tuple[str, str],
    exchange: tuple[Invocation, Answer],
    moment: datetime,
) -> str:
    """Write one invocation as a file of its own and give its key.

    Parameters:
        s3: client of the execution role; its errors are raised.
        config: DataCaptureConfig of the endpoint.
        names: endpoint and variant.
        exchange: the request and its answer.
        moment: when it was answered, in UTC.
    """
    bucket, prefix = split_s3_uri(config["DestinationS3Uri"])
    identifier = str(uuid.uuid4())
    stamp = f"{moment:%Y/%m/%d/%H/%M-%S}-{moment.microsecond // 1000:03}-{identifier}.jsonl"
    key = "/".join([*filter(None, [prefix.strip("/")]), *names, stamp])
    record = json.dumps(_record(config, exchange, identifier, moment))
    key_id = config.get("KmsKeyId")
    encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key_id} if key_id else {}
    s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=record.encode() + b"\n",
        ContentType="application/jsonlines",
        **encrypted,
    )
    return key


def _record(
    config: Mapping[str, Any],
    exchange: tuple[Invocation, Answer],
    identifier: str,
    moment: datetime,
) -> dict[str, Any]:
    modes = {option["CaptureMode"] for option in config["CaptureOptions"]}
    if "InputAndOutput" in modes:
        modes |= set(_MODES)
    parts: dict[str, Invocation | Answer] = {"Input": exchange[0], "Output": exchange[1]}
    captured = {
        name: _part(config, mode, parts[mode]) for mode, name in _MODES.items() if mode in modes
    }
    return {
        "captureData": captured,
        "eventMetadata": {
            "eventId": identifier,
            "inferenceTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "eventVersion": "0",
    }


def _part(config: Mapping[str, Any], mode: str, message: Invocation | Answer) -> dict[str, str]:
    encoding = _encoding(config, message.content_type)
    body = message.body
    data = base64.b64encode(body).decode() if encoding == "BASE64" else body.decode()
    return {
        "observedContentType": message.content_type,
        "mode": mode.upper(),
        "data": data,
        "encoding": encoding,
    }


def _encoding(config: Mapping[str, Any], content_type: str) -> str:
    """As CaptureContentTypeHeader says; what it does not name is encoded in base64."""
    named = config.get("CaptureContentTypeHeader") or {}
    if content_type in (named.get("CsvContentTypes") or []):
        return "CSV"
    if content_type in (named.get("JsonContentTypes") or []):
        return "JSON"
    return "BASE64"
