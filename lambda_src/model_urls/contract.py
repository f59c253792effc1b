"""The JSON that the browser app expects; whatever is added may only add keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.model_index import Model
from model_urls.links import Sign


def body(models: Mapping[str, Model], sign: Sign) -> dict[str, Any]:
    """Types to links; a type without a model is absent."""
    return {kind: _entry(model, sign) for kind, model in sorted(models.items())}


def _entry(model: Model, sign: Sign) -> dict[str, Any]:
    entry = {
        "download_url": sign(model),
        "model_name": model.file_name,
        "ETag": model.etag,
        "bytes": model.bytes,
        "sha256": model.sha256,
        "origin": model.origin,
        "version": model.version,
        "repository": model.repository,
        "revision": model.revision,
        "licence": model.licence,
    }
    return {key: value for key, value in entry.items() if value is not None}
