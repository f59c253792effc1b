"""Writes the safetensors format: a JSON header after its length, then the tensors' bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from local_cloud.hub.models.quantization import float_weights

_ALIGNMENT = 8


def safetensors_file(seed: str, shapes: Mapping[str, tuple[int, int]]) -> bytes:
    """One file of bfloat16 tensors with pseudo-random weights; `shapes` maps names to shapes."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    body = bytearray()
    for name, (rows, columns) in shapes.items():
        weights = float_weights(f"{seed}/{name}", rows, columns)
        # bfloat16 is the upper half of float32, and the weights fit into it exactly.
        tensor = (weights.view(np.uint32) >> 16).astype("<u2").tobytes()
        header[name] = {
            "dtype": "BF16",
            "shape": [rows, columns],
            "data_offsets": [len(body), len(body) + len(tensor)],
        }
        body += tensor
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % _ALIGNMENT)
    return len(encoded).to_bytes(8, "little") + encoded + bytes(body)
