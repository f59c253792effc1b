"""Every way in which the endpoint may fail has a documented status."""

from __future__ import annotations

import base64
import json
from io import StringIO
from time import monotonic
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)
from hypothesis import given, settings, strategies as st

from common.http_api import Response, answered
from common.logging import build_logger
from invoke_navigation import handler
from invoke_navigation.settings import Settings
from tests.fakes.client import client_error
from tests.fakes.inference import LOG_STREAM, FakeInference, model_error
from tests.fakes.printed_metrics import printed_metrics

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"picture").decode()
BODY = json.dumps(
    {"image_data": PNG, **{f"prompt_{number}": "What is it?" for number in (1, 2, 3, 4)}}
)
URL = "https://runtime.sagemaker.eu-west-1.amazonaws.com"
LOG = StringIO()
LOGGER = build_logger(service="test-navigation-failures", stream=LOG)


def post(client: Any, name: str = "navigation", seconds: int = 24) -> Response:
    LOG.seek(0)
    LOG.truncate()
    configured = Settings(name, seconds)
    return answered(
        lambda: handler.respond({"body": BODY}, client, configured, LOGGER), LOGGER, "ask"
    )


def failing(error: Exception) -> FakeInference:
    endpoint = FakeInference("navigation")
    endpoint.raises = error
    return endpoint


def refusal(status: int) -> ClientError:
    message = json.dumps({"code": status, "message": "image is not a whole PNG file."})
    return model_error(status, message)


def answered_with(http_status: int) -> ClientError:
    error = client_error("SomethingNew", "InvokeEndpoint")
    error.response["ResponseMetadata"] = {"HTTPStatusCode": http_status}
    return error


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (client_error("ValidationError", "InvokeEndpoint"), 503, "30"),
        (client_error("ModelNotReadyException", "InvokeEndpoint"), 503, "30"),
        (client_error("ServiceUnavailable", "InvokeEndpoint"), 503, "2"),
        (client_error("InternalFailure", "InvokeEndpoint"), 503, "2"),
        (client_error("InternalDependencyException", "InvokeEndpoint"), 503, "2"),
        (EndpointConnectionError(endpoint_url=URL), 503, "2"),
        (ConnectTimeoutError(endpoint_url=URL), 503, "2"),
        (client_error("ThrottlingException", "InvokeEndpoint"), 429, "2"),
        (answered_with(429), 429, "2"),
        (model_error(429, "busy"), 429, "2"),
        (model_error(503, "queue is full"), 503, "2"),
        (model_error(500, "CUDA out of memory"), 502, None),
        (
            model_error(400, '{"code": 400, "type": "InternalServerException", "message": ""}'),
            502,
            None,
        ),
        (model_error(400, "not JSON"), 502, None),
        (model_error(415, "{}"), 502, None),
        (refusal(400), 400, None),
        (refusal(413), 413, None),
        (ReadTimeoutError(endpoint_url=URL), 504, "2"),
    ],
)
def test_failures_of_the_endpoint(
    error: Exception,
    status: int,
    retry_after: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = post(failing(error))
    assert printed_metrics(capsys.readouterr().out) == {}
    assert answer["statusCode"] == status
    assert answer["headers"].get("Retry-After") == retry_after
    assert set(json.loads(answer["body"])) == {"message"}
    entry = json.loads(LOG.getvalue())
    assert entry["level"] == ("ERROR" if status >= 500 else "INFO")
    assert entry["detail"]


@pytest.mark.parametrize(
    "error",
    [
        client_error("AccessDeniedException", "InvokeEndpoint"),
        client_error("AccessDenied", "InvokeEndpoint"),
        answered_with(403),
        NoCredentialsError(),
        ParamValidationError(report="endpoint name"),
    ],
)
def test_what_waiting_does_not_put_right_is_counted_and_no_reason_to_wait(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = post(failing(error))
    assert answer["statusCode"] == 502
    assert "Retry-After" not in answer["headers"]
    assert "try again" not in answer["body"]
    assert json.loads(LOG.getvalue())["level"] == "ERROR"
    assert printed_metrics(capsys.readouterr().out) == {("Faults", "ask"): 1}


def test_the_containers_words_reach_neither_client_nor_log() -> None:
    answer = post(failing(model_error(500, "secret of the container")))
    assert "secret" not in answer["body"] + LOG.getvalue()
    assert LOG_STREAM in LOG.getvalue()


def test_a_missing_endpoint_is_503() -> None:
    answer = post(FakeInference("navigation"), name="another")
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "30")


def test_a_slow_model_is_504_in_time() -> None:
    endpoint = FakeInference("navigation")
    endpoint.hangs.clear()
    started = monotonic()
    try:
        assert post(endpoint, seconds=1)["statusCode"] == 504
        assert monotonic() - started < 10
    finally:
        endpoint.hangs.set()


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"yes",
        b"\xff",
        b"[" * 100_000,
        b"null",
        b'{"answer": "yes"}',
        b'{"answers": ["yes"]}',
        b'{"answers": {}}',
        b'{"answers": {"prompt_1": null}}',
        b'{"answers": {"prompt_1": 1}}',
        b'{"answers": {"prompt_1": "yes", "prompt_2": null}}',
        b'{"answers": {"prompt_1": "' + b"y" * 20_000 + b'"}}',
        b'{"answers": {"prompt_1": "' + b"y" * 2_000_000 + b'"}}',
    ],
)
def test_an_answer_that_does_not_fit_is_502(
    says: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = FakeInference("navigation")
    endpoint.says = says
    answer = post(endpoint)
    assert answer["statusCode"] == 502
    assert json.loads(answer["body"]) == {"message": "The model's answer cannot be used."}
    assert printed_metrics(capsys.readouterr().out) == {("Faults", "ask"): 1}


ANSWERS = st.dictionaries(
    st.sampled_from(["prompt_1", "prompt_2", "prompt_3", "prompt_4"]),
    st.sampled_from(["yes", "no", " Yes", "\ud800", None, 3, ["yes"]]) | st.text(max_size=8),
)
BODIES = (
    st.binary(max_size=60)
    | ANSWERS.map(lambda answers: json.dumps({"answers": answers}).encode())
    | st.text(max_size=20).map(lambda text: json.dumps(text).encode())
)
ERRORS = st.builds(
    model_error,
    st.integers(-1, 700),
    st.text(max_size=30) | st.just('{"code": 400, "message": ""}'),
) | st.text(max_size=30).map(lambda name: client_error(name, "InvokeEndpoint"))


@settings(max_examples=1000, deadline=None)
@given(BODIES | ERRORS)
def test_whatever_the_endpoint_does_the_answer_is_documented(behaviour: Any) -> None:
    endpoint = FakeInference("navigation")
    if isinstance(behaviour, bytes):
        endpoint.says = behaviour
    else:
        endpoint.raises = behaviour
    answer = post(endpoint)
    assert answer["statusCode"] in {200, 400, 413, 429, 502, 503, 504}
    assert isinstance(json.loads(answer["body"]), dict)
    assert "Traceback" not in LOG.getvalue()


def test_a_fault_of_our_own_is_500_without_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    answer = post(failing(KeyError("unforeseen")))
    assert answer["statusCode"] == 500
    assert "unforeseen" not in answer["body"]
    assert "KeyError" in LOG.getvalue()
    assert printed_metrics(capsys.readouterr().out) == {("Faults", "ask"): 1}
