"""The small models: real graphs with the inputs and outputs of the ones they stand in for."""

from __future__ import annotations

from collections.abc import Callable

from local_cloud.hub.attention import HIDDEN
from local_cloud.hub.models.onnx_decoders import (
    MEL_BINS,
    VOCABULARY,
    caption_decoder,
    speech_decoder,
)
from local_cloud.hub.models.onnx_graph import FLOAT, INT64, Graph, tensor
from local_cloud.hub.models.quantization import Precision

PATCH = 16
DETECTION_STRIDE = 32
SAMPLES_PER_FRAME = 256
CLASSES = 80


def depth(precision: Precision) -> bytes:
    """pixel_values to predicted_depth, pixel by pixel."""
    graph = Graph("depth", precision)
    pixels = graph.op("Transpose", "pixel_values", perm=[0, 2, 3, 1])
    state = graph.op("Relu", graph.linear(pixels, "embed", 3, HIDDEN))
    state = graph.op("Relu", graph.linear(state, "mix", HIDDEN, HIDDEN))
    raw = graph.op("Softplus", graph.linear(state, "head", HIDDEN, 1))
    graph.op("Squeeze", raw, graph.integers(3), name="predicted_depth")
    return graph.model(
        [tensor("pixel_values", FLOAT, "batch", 3, "height", "width")],
        [tensor("predicted_depth", FLOAT, "batch", "height", "width")],
    )


def caption_encoder(precision: Precision) -> bytes:
    """pixel_values to last_hidden_state: one token per patch after a class token."""
    graph = Graph("caption_encoder", precision)
    pooled = graph.op(
        "AveragePool", "pixel_values", kernel_shape=[PATCH, PATCH], strides=[PATCH, PATCH]
    )
    flat = graph.op("Reshape", pooled, graph.integers(0, 3, -1))
    patches = graph.linear(graph.op("Transpose", flat, perm=[0, 2, 1]), "embed", 3, HIDDEN)
    token = graph.op("ReduceMean", patches, axes=[1], keepdims=1)
    state = graph.op("Concat", token, patches, axis=1)
    hidden = graph.op("Relu", graph.linear(state, "mix", HIDDEN, HIDDEN))
    mixed = graph.linear(hidden, "out", HIDDEN, HIDDEN)
    graph.op("Add", state, mixed, name="last_hidden_state")
    return graph.model(
        [tensor("pixel_values", FLOAT, "batch", 3, "height", "width")],
        [tensor("last_hidden_state", FLOAT, "batch", "patches", HIDDEN)],
    )


def speech_encoder(precision: Precision) -> bytes:
    """input_ids to encoder_outputs and an encoder_attention_mask of ones."""
    graph = Graph("speech_encoder", precision)
    state = graph.op("Gather", graph.table("embedding", VOCABULARY, HIDDEN), "input_ids")
    hidden = graph.op("Relu", graph.linear(state, "mix", HIDDEN, HIDDEN))
    mixed = graph.linear(hidden, "out", HIDDEN, HIDDEN)
    graph.op("Add", state, mixed, name="encoder_outputs")
    shape = graph.op("Shape", "input_ids")
    graph.op("Expand", graph.integers(1), shape, name="encoder_attention_mask")
    return graph.model(
        [tensor("input_ids", INT64, "batch", "tokens")],
        [
            tensor("encoder_outputs", FLOAT, "batch", "tokens", HIDDEN),
            tensor("encoder_attention_mask", INT64, "batch", "tokens"),
        ],
    )


def vocoder(precision: Precision) -> bytes:
    """spectrogram (frames of mel bins) to waveform (samples between -1 and 1)."""
    graph = Graph("vocoder", precision)
    state = graph.op("Relu", graph.linear("spectrogram", "mix", MEL_BINS, HIDDEN))
    samples = graph.op("Tanh", graph.linear(state, "samples", HIDDEN, SAMPLES_PER_FRAME))
    graph.op("Reshape", samples, graph.integers(-1), name="waveform")
    return graph.model(
        [tensor("spectrogram", FLOAT, "frames", MEL_BINS)], [tensor("waveform", FLOAT, "samples")]
    )


def detector(precision: Precision) -> bytes:
    """images to outputs: rows of xmin, ymin, xmax, ymax, score, class after suppression."""
    graph = Graph("detector", precision)
    stride = [DETECTION_STRIDE, DETECTION_STRIDE]
    pooled = graph.op("AveragePool", "images", kernel_shape=stride, strides=stride)
    cells = graph.op(
        "Transpose", graph.op("Reshape", pooled, graph.integers(0, 3, -1)), perm=[0, 2, 1]
    )
    state = graph.op("Relu", graph.linear(cells, "embed", 3, HIDDEN))
    corners = graph.op("Sigmoid", graph.linear(state, "boxes", HIDDEN, 4))
    boxes = graph.op("Mul", corners, graph.scalar(640.0))
    scores = graph.op("Sigmoid", graph.linear(state, "classes", HIDDEN, CLASSES))
    by_class = graph.op("Transpose", scores, perm=[0, 2, 1])
    chosen = graph.op(
        "NonMaxSuppression",
        boxes,
        by_class,
        graph.integers(5),
        graph.scalar(0.5),
        graph.scalar(0.5),
    )
    label = graph.op("Gather", chosen, graph.integers(1), axis=1)
    cell = graph.op("Gather", chosen, graph.integers(2), axis=1)
    batch = graph.op("Gather", chosen, graph.integers(0), axis=1)
    box = graph.op("GatherND", boxes, graph.op("Concat", batch, cell, axis=1))
    score = graph.op("GatherND", by_class, chosen)
    column = graph.op("Unsqueeze", score, graph.integers(1))
    graph.op("Concat", box, column, graph.op("Cast", label, to=FLOAT), axis=1, name="outputs")
    return graph.model(
        [tensor("images", FLOAT, "batch", 3, "height", "width")],
        [tensor("outputs", FLOAT, "detections", 6)],
    )


MODELS: dict[str, dict[str, Callable[[Precision], bytes]]] = {
    "depth": {"model": depth},
    "caption": {
        "encoder_model": caption_encoder,
        "decoder_model": lambda precision: caption_decoder("", precision),
        "decoder_with_past_model": lambda precision: caption_decoder("_with_past", precision),
        "decoder_model_merged": lambda precision: caption_decoder("_merged", precision),
    },
    "speech": {
        "encoder_model": speech_encoder,
        "decoder_model": lambda precision: speech_decoder("", precision),
        "decoder_with_past_model": lambda precision: speech_decoder("_with_past", precision),
        "decoder_model_merged": lambda precision: speech_decoder("_merged", precision),
        "decoder_postnet_and_vocoder": vocoder,
    },
    "vocoder": {"model": vocoder},
    "detector": {"model": detector},
}


def build_models(kind: str, precisions: tuple[Precision, ...]) -> dict[str, bytes]:
    """All ONNX files of one kind of model, as `onnx/<component><suffix>.onnx`."""
    return {
        f"onnx/{component}{precision}.onnx": build(precision)
        for component, build in MODELS[kind].items()
        for precision in precisions
    }
