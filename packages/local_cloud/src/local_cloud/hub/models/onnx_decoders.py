"""The autoregressive decoders: with a cache, without, and both merged by an If node.

Inputs and outputs are named as Optimum's export names them, which is what transformers.js feeds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from local_cloud.hub.attention import (
    HEAD_SIZE,
    HEADS,
    HIDDEN,
    attend,
    causal_mask,
    no_mask,
    padding_mask,
    project_heads,
)
from local_cloud.hub.models.onnx_graph import BOOL, FLOAT, INT64, Graph, tensor
from local_cloud.hub.models.quantization import Precision

VOCABULARY = 96
MEL_BINS = 80
SPEAKER_SIZE = 512
FRAMES_PER_STEP = 2


class _Decoder(NamedTuple):
    """One decoder: `body` appends its nodes, with or without a past, and names its results."""

    body: Callable[[Graph, bool], list[str]]
    inputs: list[Any]
    past: list[Any]
    outputs: list[Any]


def caption_decoder(variant: str, precision: Precision) -> bytes:
    """GPT-2 with cross-attention; variant is "", "_with_past" or "_merged"."""
    inputs = [
        tensor("input_ids", INT64, "batch", "tokens"),
        tensor("encoder_hidden_states", FLOAT, "batch", "patches", HIDDEN),
    ]
    outputs = [
        tensor("logits", FLOAT, "batch", "tokens", VOCABULARY),
        *_cache("present", ["key", "value"], "total"),
    ]
    past = _cache("past_key_values", ["key", "value"], "past")
    graph = Graph("caption_decoder", precision)
    return _assemble(graph, variant, _Decoder(_caption_body, inputs, past, outputs))


def _caption_body(graph: Graph, with_past: bool) -> list[str]:
    state = graph.op("Gather", graph.table("embedding", VOCABULARY, HIDDEN), "input_ids")
    query = project_heads(graph, state, "self.query")
    key, value = _extended(graph, state, "past_key_values.0", with_past)
    mixed = attend(graph, query, key, value, name="self.out", mask=causal_mask(graph, query, key))
    state = graph.op("Add", state, mixed)
    cross_query = project_heads(graph, state, "cross.query")
    cross_key = project_heads(graph, "encoder_hidden_states", "cross.key")
    cross_value = project_heads(graph, "encoder_hidden_states", "cross.value")
    mixed = attend(
        graph, cross_query, cross_key, cross_value, name="cross.out", mask=no_mask(graph)
    )
    state = graph.op("Add", state, mixed)
    return [graph.linear(state, "head", HIDDEN, VOCABULARY), key, value]


def speech_decoder(variant: str, precision: Precision) -> bytes:
    """SpeechT5's spectrogram decoder; variant is "", "_with_past" or "_merged"."""
    parts = ["decoder.key", "decoder.value"]
    encoder_parts = ["encoder.key", "encoder.value"]
    inputs = [
        tensor("output_sequence", FLOAT, "batch", "frames", MEL_BINS),
        tensor("speaker_embeddings", FLOAT, "batch", SPEAKER_SIZE),
        tensor("encoder_attention_mask", INT64, "batch", "tokens"),
    ]
    if variant != "_with_past":
        inputs.append(tensor("encoder_hidden_states", FLOAT, "batch", "tokens", HIDDEN))
    past = [
        *_cache("past_key_values", parts, "past"),
        *_cache("past_key_values", encoder_parts, "past_tokens"),
    ]
    outputs = [
        tensor("output_sequence_out", FLOAT, "batch", "frames_out", MEL_BINS),
        tensor("spectrum", FLOAT, FRAMES_PER_STEP, MEL_BINS),
        tensor("prob", FLOAT, FRAMES_PER_STEP),
        *_cache("present", parts, "total"),
        *_cache("present", encoder_parts, "tokens_out"),
    ]
    graph = Graph("speech_decoder", precision)
    return _assemble(graph, variant, _Decoder(_speech_body, inputs, past, outputs))


def _speech_body(graph: Graph, with_past: bool) -> list[str]:
    frames = "output_sequence"
    if with_past:
        frames = _last(graph, frames)
    state = graph.op("Relu", graph.linear(frames, "prenet", MEL_BINS, HIDDEN))
    speaker = graph.linear("speaker_embeddings", "speaker", SPEAKER_SIZE, HIDDEN)
    state = graph.op("Add", state, graph.op("Unsqueeze", speaker, graph.integers(1)))
    query = project_heads(graph, state, "self.query")
    key, value = _extended(graph, state, "past_key_values.0.decoder", with_past)
    mixed = attend(graph, query, key, value, name="self.out", mask=causal_mask(graph, query, key))
    state = graph.op("Add", state, mixed)
    if with_past:
        cross_key = graph.op("Identity", "past_key_values.0.encoder.key")
        cross_value = graph.op("Identity", "past_key_values.0.encoder.value")
    else:
        cross_key = project_heads(graph, "encoder_hidden_states", "cross.key")
        cross_value = project_heads(graph, "encoder_hidden_states", "cross.value")
    cross_query = project_heads(graph, state, "cross.query")
    mask = padding_mask(graph, "encoder_attention_mask")
    mixed = attend(graph, cross_query, cross_key, cross_value, name="cross.out", mask=mask)
    last = _last(graph, graph.op("Add", state, mixed))
    features = graph.linear(last, "features", HIDDEN, MEL_BINS * FRAMES_PER_STEP)
    spectrum = graph.op("Reshape", features, graph.integers(FRAMES_PER_STEP, MEL_BINS))
    newest = graph.op("Reshape", _last_row(graph, spectrum), graph.integers(1, 1, MEL_BINS))
    extended = graph.op("Concat", "output_sequence", newest, axis=1)
    stop = graph.op("Sigmoid", graph.linear(last, "stop", HIDDEN, FRAMES_PER_STEP))
    probability = graph.op("Reshape", stop, graph.integers(FRAMES_PER_STEP))
    return [extended, spectrum, probability, key, value, cross_key, cross_value]


def _assemble(graph: Graph, variant: str, decoder: _Decoder) -> bytes:
    names = [output.name for output in decoder.outputs]
    if variant != "_merged":
        with_past = variant == "_with_past"
        for result, name in zip(decoder.body(graph, with_past), names, strict=True):
            graph.op("Identity", result, name=name)
        past = decoder.past if with_past else []
        return graph.model([*decoder.inputs, *past], decoder.outputs)
    branches = {}
    for attribute, with_past in (("then_branch", True), ("else_branch", False)):
        branch = graph.branch()
        # A branch names its own outputs and leaves their shapes open; the If node renames them.
        declared = [tensor(result, FLOAT) for result in decoder.body(branch, with_past)]
        for value in declared:
            value.type.tensor_type.ClearField("shape")
        branches[attribute] = branch.body(attribute, declared)
    graph.ops("If", "use_cache_branch", names=names, **branches)
    switch = tensor("use_cache_branch", BOOL, 1)
    return graph.model([*decoder.inputs, *decoder.past, switch], decoder.outputs)


def _extended(graph: Graph, state: str, past: str, with_past: bool) -> tuple[str, str]:
    key = project_heads(graph, state, "self.key")
    value = project_heads(graph, state, "self.value")
    if with_past:
        key = graph.op("Concat", f"{past}.key", key, axis=2)
        value = graph.op("Concat", f"{past}.value", value, axis=2)
    return key, value


def _cache(prefix: str, parts: list[str], length: str) -> list[Any]:
    return [
        tensor(f"{prefix}.0.{part}", FLOAT, "batch", HEADS, length, HEAD_SIZE) for part in parts
    ]


def _last(graph: Graph, value: str) -> str:
    return graph.op("Slice", value, graph.integers(-1), graph.integers(2**31), graph.integers(1))


def _last_row(graph: Graph, value: str) -> str:
    return graph.op("Slice", value, graph.integers(-1), graph.integers(2**31), graph.integers(0))
