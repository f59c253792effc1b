"""Logs stay free of tokens, presigned URLs and images, whoever writes the entry."""

from __future__ import annotations

import json
import time
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, strategies as st

from common.logging import build_logger
from common.redaction import MAX_CHARACTERS, redact

PRESIGNED = (
    "https://bucket.s3.eu-west-1.amazonaws.com/depth/model.zip"
    "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=5ec2e7"
)
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl"
HUGGING_FACE = "hf_AbCdEfGhIjKlMnOpQrStUvWxYz"
IMAGE = "data:image/png;base64,iVBORw0KGgo="
SECRETS = {
    "presigned": (PRESIGNED, "5ec2e7"),
    "jwt": (f"token was {JWT}", "c2lnbmF0dXJl"),
    "bearer": ("Authorization: Bearer abc.def-123", "abc.def-123"),
    "hub": (f"denied for {HUGGING_FACE}", HUGGING_FACE),
    "image": (f"bad image {IMAGE}", "iVBORw0KGgo"),
    "bare base64": ("body " + "QUJD" * 60, "QUJDQUJD"),
}


@pytest.mark.parametrize("name", SECRETS)
def test_messages_keys_and_tracebacks_are_redacted(name: str) -> None:
    text, secret = SECRETS[name]
    stream = StringIO()
    logger = build_logger(service=f"redaction-{name}", stream=stream)
    logger.info(text, nested={"list": [text]})
    try:
        SECRETS[text]
    except KeyError:
        logger.exception("failed")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert secret not in stream.getvalue()
    assert first["level"] == "INFO"
    assert first["service"] == f"redaction-{name}"
    assert "KeyError" in second["exception"]


@pytest.mark.parametrize("key", ["token", "Authorization", "image_data", "X-Amz-Security-Token"])
def test_values_under_telling_names_are_redacted(key: str) -> None:
    assert redact({"outer": [{key: "short"}]}) == {"outer": [{key: "[redacted]"}]}


def test_the_path_of_a_presigned_url_stays() -> None:
    assert redact(PRESIGNED).startswith(
        "https://bucket.s3.eu-west-1.amazonaws.com/depth/model.zip?"
    )


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/pipelines/depth/abc/depth-anything-v2-small.zip",
        "arn:aws:sagemaker:eu-west-1:123456789012:model-package/vis-assis-depth/3",
        "a" * 64,
        "https://example.org/page?q=1",
    ],
)
def test_what_helps_to_find_a_fault_stays(text: str) -> None:
    assert redact(text) == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    )
)
def test_redaction_keeps_anything_loggable(value: Any) -> None:
    json.dumps(redact({"value": value}))


def test_bytes_are_only_counted() -> None:
    assert redact({"body": b"\x89PNG"}) == {"body": "[4 bytes]"}


@pytest.mark.parametrize(
    "part",
    [
        "https://a",
        "https://a?",
        "a?X-Amz",
        "-eyJ",
        "-eyJaaaaaaaa.",
        "data:a/",
        "Bearer ",
        "hf_",
        "A",
        "x ",
    ],
)
def test_a_long_text_is_cut_before_it_costs_time(part: str) -> None:
    text = part * (80_000 // len(part))
    began = time.process_time()
    redacted = redact(text)
    assert time.process_time() - began < 0.5
    assert redacted.endswith(f"… [{len(text) - MAX_CHARACTERS} more characters]")
    assert len(redacted) < 2 * MAX_CHARACTERS


def test_a_url_that_is_no_credential_stays_beside_one_that_is() -> None:
    text = f"see https://example.org/?q=X and {PRESIGNED}, then https://example.org/b?c"
    assert "5ec2e7" not in redact(text)
    assert "https://example.org/?q=X and https://bucket" in redact(text)
    assert redact(text).endswith("then https://example.org/b?c")
