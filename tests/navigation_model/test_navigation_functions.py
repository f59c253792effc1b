"""The four functions without a model server, as a plain caller uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

import inference
from navigation_protocol.refusal import Refusal
from paligemma import PaliGemma
from tests.navigation_model.image_files import data_url
from tests.navigation_model.tiny_paligemma import IS_BRIGHT, bright


@pytest.fixture(scope="module")
def model(release_dir: Path) -> PaliGemma:
    return inference.model_fn(str(release_dir))


def test_weights_are_float32_on_a_cpu(model: PaliGemma) -> None:
    if torch.cuda.is_available():
        assert (model.model.device.type, model.model.dtype) == ("cuda", torch.bfloat16)
    else:
        assert (model.model.device.type, model.model.dtype) == ("cpu", torch.float32)


def test_body_to_body(model: PaliGemma) -> None:
    body = json.dumps({"image": data_url(bright()), "prompt": IS_BRIGHT})
    decoded = inference.input_fn(body, "application/json")
    body = inference.output_fn(inference.predict_fn(decoded, model), "application/json")
    assert json.loads(body) == {"answer": "yes"}


def test_without_a_context_a_refusal_is_raised() -> None:
    with pytest.raises(Refusal, match="send application/json") as caught:
        inference.input_fn(b"{}", "text/csv")
    assert caught.value.status == 415


def test_a_release_without_weights_does_not_load(release_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((release_dir / "config.json").read_bytes())
    with pytest.raises(OSError, match=r"model\.safetensors"):
        inference.model_fn(str(tmp_path))
