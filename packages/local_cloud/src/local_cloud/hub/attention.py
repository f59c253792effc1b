"""Multi-head attention with a key-value cache, out of plain ONNX operators."""

from __future__ import annotations

import numpy as np

from local_cloud.hub.models.onnx_graph import Graph

HIDDEN = 64
HEADS = 2
HEAD_SIZE = HIDDEN // HEADS
_MASKED = -1e9


def split_heads(graph: Graph, value: str) -> str:
    """(batch, tokens, HIDDEN) to (batch, HEADS, tokens, HEAD_SIZE)."""
    shaped = graph.op("Reshape", value, graph.integers(0, -1, HEADS, HEAD_SIZE))
    return graph.op("Transpose", shaped, perm=[0, 2, 1, 3])


def project_heads(graph: Graph, value: str, name: str) -> str:
    return split_heads(graph, graph.linear(value, name, HIDDEN, HIDDEN))


def attend(graph: Graph, query: str, key: str, value: str, *, name: str, mask: str) -> str:
    """Attention output, projected; `mask` is added to the scores."""
    transposed = graph.op("Transpose", key, perm=[0, 1, 3, 2])
    scores = graph.op("MatMul", query, transposed)
    scaled = graph.op("Mul", scores, graph.scalar(float(2.0**-2)))
    weights = graph.op("Softmax", graph.op("Add", scaled, mask), axis=-1)
    mixed = graph.op("Transpose", graph.op("MatMul", weights, value), perm=[0, 2, 1, 3])
    merged = graph.op("Reshape", mixed, graph.integers(0, -1, HIDDEN))
    return graph.linear(merged, name, HIDDEN, HIDDEN)


def causal_mask(graph: Graph, query: str, key: str) -> str:
    """(tokens, past + tokens): no token attends to a later one."""
    tokens = graph.op("Gather", graph.op("Shape", query), graph.integers(2))
    total = graph.op("Gather", graph.op("Shape", key), graph.integers(2))
    ones = graph.op("Expand", graph.scalar(1.0), graph.op("Concat", tokens, total, axis=0))
    past = graph.op("Sub", total, tokens)
    diagonal = graph.op("Squeeze", graph.op("Add", past, graph.integers(1)), graph.integers(0))
    later = graph.op("Trilu", ones, diagonal, upper=1)
    return graph.op("Mul", later, graph.scalar(_MASKED))


def padding_mask(graph: Graph, attention_mask: str) -> str:
    """(batch, 1, 1, tokens) from an int64 mask with 1 for a token, 0 for padding."""
    present = graph.op("Cast", attention_mask, to=1)
    absent = graph.op("Sub", graph.scalar(1.0), present)
    shaped = graph.op("Unsqueeze", absent, graph.integers(1, 2))
    return graph.op("Mul", shaped, graph.scalar(_MASKED))


def no_mask(graph: Graph) -> str:
    return graph.constant("no_mask", np.array(0, np.float32))
