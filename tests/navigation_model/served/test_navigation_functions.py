"""The four functions without a model server, as a plain caller uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import inference
from navigation_protocol.refusal import Refusal
from paligemma import PaliGemma
from tests.navigation_model.served.image_files import data_url
from tests.navigation_model.served.tiny_paligemma import IS_BRIGHT, bright


@pytest.fixture(scope="module", params=["cpu", "cuda"])
def model(release_dir: Path, request: pytest.FixtureRequest) -> Iterator[PaliGemma]:
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no GPU here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NAVIGATION_DEVICE", request.param)
        yield inference.model_fn(str(release_dir))


def test_weights_are_bfloat16_on_a_gpu_and_float32_on_a_cpu(model: PaliGemma) -> None:
    dtypes = {"cuda": torch.bfloat16, "cpu": torch.float32}
    assert model.model.dtype == dtypes[model.model.device.type]


def test_every_token_with_a_meaning_of_its_own_is_taken_out(model: PaliGemma) -> None:
    tokenizer = model.processor.tokenizer
    words = [*tokenizer.get_added_vocab(), "<loc0000>", "<seg127>", "<image>", "<eos>", "<pad>"]
    meant = set(words) - {"<unk>"}  # a letter that the tiny tokenizer does not know
    for word in words:
        for prompt in (f"a{word}b", f"a{word[:2]}{word}{word[2:]}b", f"a{word}{word}b"):
            assert not meant & set(tokenizer.tokenize(model.plain(prompt))), prompt


@pytest.mark.parametrize(
    ("prompt", "plain"),
    [
        ("is it\na\tdoor?", "is it a door?"),
        ("is\x00 it\x1b[31m a\u202e door\u2028?", "is it [31m a door ?"),
        ("\ud83dis it a door?", "is it a door?"),
        ("ist dies eine Tür? 戸ですか 🚪 5 < 6 > 4", "ist dies eine Tür? 戸ですか 🚪 5 < 6 > 4"),
    ],
)
def test_control_characters_are_taken_out_and_the_rest_stays(
    model: PaliGemma, prompt: str, plain: str
) -> None:
    assert model.plain(prompt) == plain


@pytest.mark.parametrize(
    ("device", "message"), [("cuda", "or set NAVIGATION_DEVICE=cpu"), ("tpu", "cuda or cpu")]
)
def test_a_device_that_does_not_work_is_refused(
    release_dir: Path, monkeypatch: pytest.MonkeyPatch, device: str, message: str
) -> None:
    if device == "cuda" and torch.cuda.is_available():
        pytest.skip("a GPU works here")
    monkeypatch.setenv("NAVIGATION_DEVICE", device)
    with pytest.raises((RuntimeError, ValueError), match=message):
        inference.model_fn(str(release_dir))


def test_body_to_body(model: PaliGemma) -> None:
    body = json.dumps({"image": data_url(bright()), "prompt": IS_BRIGHT})
    decoded = inference.input_fn(body, "application/json")
    body = inference.output_fn(inference.predict_fn(decoded, model), "application/json")
    assert json.loads(body) == {"answer": "yes"}


def test_without_a_context_a_refusal_is_raised() -> None:
    with pytest.raises(Refusal, match="send application/json") as caught:
        inference.input_fn(b"{}", "text/csv")
    assert caught.value.status == 415


def test_a_release_without_weights_does_not_load(
    release_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAVIGATION_DEVICE", "cpu")
    (tmp_path / "config.json").write_bytes((release_dir / "config.json").read_bytes())
    with pytest.raises(OSError, match=r"model\.safetensors"):
        inference.model_fn(str(tmp_path))
