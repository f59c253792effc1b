"""The control plane, and calls that nobody serves."""

from __future__ import annotations

import urllib.error
from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_unknown_operation_is_refused_at_once(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client("sagemaker").list_hubs()
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_clock_only_moves_forward(cloud: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        cloud.control("clock", {"advance_seconds": -1})
    assert "only moves forward" in caught.value.read().decode()


def test_unknown_endpoint_is_named(cloud: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        cloud.control("nonesuch")
    assert caught.value.code == 404
    assert "nonesuch" in caught.value.read().decode()
