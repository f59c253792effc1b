"""Repositories for the tests of the hub; their weights are no models, which the hub ignores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_ONNX = ("model", "model_fp16", "model_int8", "model_quantized")
_LATER = ("model_q4",)
PIN = "0123456789abcdef0123456789abcdef01234567"
_DESCRIPTIONS: dict[str, dict[str, Any]] = {
    "Team/detector": {"licence": "gpl-3.0", "library": "transformers.js", "tags": ["onnx"]},
    "Team/depth": {"licence": "apache-2.0", "pipeline_tag": "depth-estimation"},
    "Team/speech": {"licence": "mit"},
    "Team/gated": {"licence": "gemma", "gated": "manual"},
}


def write(folder: Path) -> Path:
    """Writes four repositories, each with `main` and an earlier branch `v1.0`; gives the folder."""
    for name, description in _DESCRIPTIONS.items():
        for revision, models in (("v1.0", _ONNX), ("main", (*_ONNX, *_LATER))):
            root = folder / name / revision
            (root / "onnx").mkdir(parents=True)
            config = {"name": name, "revision": revision, "padding": "x" * 100}
            (root / "config.json").write_text(json.dumps(config))
            licence = description["licence"]
            (root / "README.md").write_text(f"---\nlicense: {licence}\n---\n\nFor tests.\n")
            for model in models:
                (root / "onnx" / f"{model}.onnx").write_bytes(weights(name, revision, model))
        (folder / name / "repository.json").write_text(json.dumps(description))
    return folder


def weights(name: str, revision: str, model: str) -> bytes:
    """What one file of weights holds: lines that differ."""
    return "\n".join(f"{name} {revision} {model} {line}" for line in range(40)).encode()
