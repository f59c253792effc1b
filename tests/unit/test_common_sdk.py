"""An SDK that is too old for the functions is named before a request is made."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from common.errors import SettingsError
from common.sdk import CONDITIONAL_WRITES, with_parameters


@pytest.fixture
def s3() -> Any:
    return boto3.session.Session().client("s3", region_name="eu-west-1")


def test_the_sdk_in_use_knows_conditional_writes(s3: Any) -> None:
    assert with_parameters(s3, CONDITIONAL_WRITES) is s3


def test_an_older_sdk_is_named_with_the_way_out(s3: Any) -> None:
    del s3.meta.service_model.operation_model("CopyObject").input_shape.members["IfNoneMatch"]
    with pytest.raises(SettingsError, match=r"IfNoneMatch of CopyObject.*lambda\.in"):
        with_parameters(s3, CONDITIONAL_WRITES)
