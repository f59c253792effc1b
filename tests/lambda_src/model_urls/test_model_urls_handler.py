"""The entry point of GET /getmodelurl and its settings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from common.errors import SettingsError
from common.model_index import INDEX_KEY, Entry
from model_urls import handler
from model_urls.handler import Tools
from model_urls.index_reader import IndexReader
from model_urls.settings import Settings
from tests.fakes.clock import Clock
from tests.fakes.indexes import dump
from tests.fakes.printed_metrics import printed_metrics
from tests.fakes.s3 import FakeS3
from tests.lambda_src.model_urls.test_model_urls import PROMOTED

BUCKET = "vis-assis-model-artifacts-production-123456789012"


@given(st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=8)))
def test_nothing_in_the_request_for_zips_matters(event: dict[str, Any]) -> None:
    s3 = FakeS3(Clock(), BUCKET)
    s3.put_object(Bucket=BUCKET, Key=INDEX_KEY, Body=dump({"depth": Entry(1, PROMOTED)}))
    tools = Tools(IndexReader(s3, BUCKET, INDEX_KEY), ("depth",), lambda model: model.key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handler, "tools", lambda: tools)
        answer = handler.handle(event, context())
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["depth"]["download_url"] == PROMOTED.key


def test_a_missing_setting_is_counted_and_a_json_answer_that_names_nothing_inside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CATALOGUE", raising=False)
    answer = handler.handle({}, context())
    assert answer["statusCode"] == 500
    assert "CATALOGUE" not in answer["body"]
    metrics = [line for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert printed_metrics("\n".join(metrics)) == {("Faults", "model-urls"): 1}


ENVIRONMENT = {
    "CATALOGUE": '{"tts": {}, "depth": {}}',
    "MODEL_INDEX_KEY": INDEX_KEY,
    "PRODUCTION_BUCKET": BUCKET,
}


def test_settings() -> None:
    expected = Settings(("depth", "tts"), INDEX_KEY, BUCKET, 3600)
    assert Settings.from_environment(ENVIRONMENT) == expected
    longer = Settings.from_environment({**ENVIRONMENT, "URL_LIFETIME_SECONDS": "7200"})
    assert longer.lifetime_seconds == 7200


@pytest.mark.parametrize("value", ["0", "59", "43201", "1h", "-5"])
def test_a_lifetime_that_cannot_be_kept_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="URL_LIFETIME_SECONDS"):
        Settings.from_environment({**ENVIRONMENT, "URL_LIFETIME_SECONDS": value})


def context() -> Any:
    """What Lambda hands a handler beside the event."""

    class Context:
        function_name = "model-urls"
        memory_limit_in_mb = 256
        invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:model-urls"
        aws_request_id = "request"

    return Context()
