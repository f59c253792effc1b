"""Every model loads and runs, and is what its name says."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from local_cloud.hub.attention import HEAD_SIZE, HEADS, HIDDEN
from local_cloud.hub.models.onnx_decoders import MEL_BINS, SPEAKER_SIZE, VOCABULARY
from local_cloud.hub.models.onnx_models import CLASSES, MODELS, SAMPLES_PER_FRAME
from local_cloud.hub.models.quantization import Precision

TOLERANCE = {
    Precision.FP16: 0.01,
    Precision.INT8: 0.03,
    Precision.UINT8: 0.03,
    Precision.QUANTIZED: 0.03,
    Precision.Q4: 0.2,
    Precision.Q4F16: 0.2,
    Precision.BNB4: 0.2,
}
OPERATORS = {
    Precision.FP32: set(),
    Precision.FP16: {"Cast"},
    Precision.INT8: {"DynamicQuantizeLinear", "MatMulInteger"},
    Precision.UINT8: {"DynamicQuantizeLinear", "MatMulInteger"},
    Precision.QUANTIZED: {"DynamicQuantizeLinear", "MatMulInteger"},
    Precision.Q4: {"MatMulNBits"},
    Precision.Q4F16: {"MatMulNBits", "Cast"},
    Precision.BNB4: {"MatMulBnb4"},
}
COMPONENTS = [(kind, component) for kind, parts in MODELS.items() for component in parts]
SIZES = {"batch": 1, "height": 64, "width": 96, "frames": 3, "tokens": 5, "patches": 7, "past": 0}
SIZES["past_tokens"] = 5


def run(model: bytes, feeds: dict[str, Any]) -> dict[str, Any]:
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    wanted = {item.name for item in session.get_inputs()}
    results = session.run(names, {name: feeds[name] for name in wanted})
    return dict(zip(names, results, strict=True))


def made_up_feeds(model: bytes) -> dict[str, Any]:
    """Inputs of the shapes that the model declares."""
    draw = np.random.default_rng(1)
    feeds: dict[str, Any] = {}
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    for item in session.get_inputs():
        shape = [SIZES.get(size, size) for size in item.shape]
        if item.type == "tensor(bool)":
            feeds[item.name] = np.zeros(shape, bool)
        elif item.name.endswith("mask"):
            feeds[item.name] = np.ones(shape, np.int64)
        elif item.type == "tensor(int64)":
            feeds[item.name] = draw.integers(0, VOCABULARY, shape)
        else:
            feeds[item.name] = draw.random(shape, np.float32)
    return feeds


def operators(graph: onnx.GraphProto) -> set[str]:
    found = {node.op_type for node in graph.node}
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                found |= operators(attribute.g)
    return found


@pytest.mark.parametrize(("kind", "component"), COMPONENTS)
def test_every_precision_runs_and_is_close_to_the_full_one(kind: str, component: str) -> None:
    build = MODELS[kind][component]
    full = build(Precision.FP32)
    feeds = made_up_feeds(full)
    expected = run(full, feeds)
    for name, value in expected.items():
        assert np.isfinite(value).all(), name
        assert value.dtype != np.float32 or np.std(value) > 1e-3, f"{name} is the same everywhere"
    for precision in Precision:
        model = build(precision)
        used = operators(onnx.load_from_string(model).graph)
        assert used >= OPERATORS[precision]
        if precision is Precision.FP32:
            assert not used & {"MatMulInteger", "MatMulNBits", "MatMulBnb4"}
            continue
        assert len(model) < len(full)
        results = run(model, feeds)
        if kind == "detector":
            # Suppression may choose other cells: only the form can be compared.
            assert results["outputs"].shape[1] == 6
            continue
        for name, value in expected.items():
            error = np.linalg.norm(results[name] - value)
            size = np.linalg.norm(value)
            assert error <= TOLERANCE[precision] * size, (precision, name, error / size)


def test_the_interfaces_are_those_of_the_real_models() -> None:
    pixels = np.random.default_rng(2).random((1, 3, 224, 224), np.float32)
    depth = run(MODELS["depth"]["model"](Precision.QUANTIZED), {"pixel_values": pixels})
    assert depth["predicted_depth"].shape == (1, 224, 224)
    encoder = MODELS["caption"]["encoder_model"](Precision.QUANTIZED)
    assert run(encoder, {"pixel_values": pixels})["last_hidden_state"].shape == (1, 197, HIDDEN)
    vocoder = MODELS["vocoder"]["model"](Precision.QUANTIZED)
    wave = run(vocoder, {"spectrogram": np.ones((4, MEL_BINS), np.float32)})["waveform"]
    assert wave.shape == (4 * SAMPLES_PER_FRAME,)
    assert np.abs(wave).max() <= 1
    detections = run(MODELS["detector"]["model"](Precision.QUANTIZED), {"images": pixels})
    rows = detections["outputs"]
    assert len(rows) > 0
    assert ((rows[:, 4] >= 0.5) & (rows[:, 4] <= 1)).all()
    assert set(rows[:, 5]) <= set(range(CLASSES))


@pytest.mark.parametrize("kind", ["caption", "speech"])
def test_merged_decoder_is_an_if_of_both_others(kind: str) -> None:
    merged = MODELS[kind]["decoder_model_merged"](Precision.QUANTIZED)
    graph = onnx.load_from_string(merged).graph
    assert [node.op_type for node in graph.node] == ["If"]
    feeds = made_up_feeds(merged)
    for name in feeds:
        if name.startswith("past_key_values"):
            feeds[name] = np.ones((1, HEADS, 5, HEAD_SIZE), np.float32)
    for part, cached in (("decoder_model", False), ("decoder_with_past_model", True)):
        alone = run(MODELS[kind][part](Precision.QUANTIZED), feeds)
        both = run(merged, {**feeds, "use_cache_branch": np.array([cached])})
        assert alone.keys() == both.keys()
        for name, value in alone.items():
            np.testing.assert_allclose(both[name], value, rtol=1e-5, atol=1e-6)


def test_caption_decoder_gives_the_same_with_and_without_its_cache() -> None:
    merged = MODELS["caption"]["decoder_model_merged"](Precision.FP32)
    tokens = np.array([[3, 14, 15, 92, 65]])
    image = np.random.default_rng(3).random((1, 197, HIDDEN), np.float32)
    empty = np.zeros((1, HEADS, 0, HEAD_SIZE), np.float32)
    past = {"past_key_values.0.key": empty, "past_key_values.0.value": empty}
    fixed = {"encoder_hidden_states": image}
    off, on = np.array([False]), np.array([True])
    whole = run(merged, {**fixed, **past, "input_ids": tokens, "use_cache_branch": off})
    for position in range(tokens.shape[1]):
        step = {"input_ids": tokens[:, position : position + 1]}
        branch = on if position else off
        results = run(merged, {**fixed, **past, **step, "use_cache_branch": branch})
        past = {f"past_key_values.0.{p}": results[f"present.0.{p}"] for p in ("key", "value")}
        np.testing.assert_allclose(
            results["logits"][0, -1], whole["logits"][0, position], rtol=1e-4, atol=1e-5
        )


def test_speech_decoder_loop_makes_a_spectrogram_for_the_vocoder() -> None:
    encoder = MODELS["speech"]["encoder_model"](Precision.QUANTIZED)
    merged = MODELS["speech"]["decoder_model_merged"](Precision.QUANTIZED)
    encoded = run(encoder, {"input_ids": np.array([[5, 6, 7, 2]])})
    past = {
        f"past_key_values.0.{side}.{part}": np.zeros((1, HEADS, 0, HEAD_SIZE), np.float32)
        for side in ("decoder", "encoder")
        for part in ("key", "value")
    }
    sequence = np.zeros((1, 1, MEL_BINS), np.float32)
    spectra = []
    for step in range(4):
        results = run(
            merged,
            {
                **past,
                "output_sequence": sequence,
                "speaker_embeddings": np.ones((1, SPEAKER_SIZE), np.float32),
                "encoder_hidden_states": encoded["encoder_outputs"],
                "encoder_attention_mask": encoded["encoder_attention_mask"],
                "use_cache_branch": np.array([step > 0]),
            },
        )
        past = {name: results[name.replace("past_key_values", "present")] for name in past}
        sequence = results["output_sequence_out"]
        spectra.append(results["spectrum"])
        assert results["prob"].shape == (2,)
    assert sequence.shape == (1, 5, MEL_BINS)
    assert past["past_key_values.0.decoder.key"].shape[2] == 4
    assert past["past_key_values.0.encoder.key"].shape[2] == 4
    spectrogram = np.concatenate(spectra)
    vocoder = MODELS["vocoder"]["model"](Precision.QUANTIZED)
    wave = run(vocoder, {"spectrogram": spectrogram})["waveform"]
    assert wave.shape == (8 * SAMPLES_PER_FRAME,)
