"""The JSON that the browser app expects; whatever is added may only add keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model_urls.links import Sign
from model_urls.newest_models import Model


def body(models: Mapping[str, Model], sign: Sign) -> dict[str, Any]:
    """Types to links; a type without a model is absent."""
    return {kind: _entry(model, sign) for kind, model in sorted(models.items())}


def _entry(model: Model, sign: Sign) -> dict[str, Any]:
    entry = {
        "download_url": sign(model.zip),
        "model_name": model.zip.file_name,
        "ETag": model.zip.etag,
        "bytes": model.zip.size,
        "version": model.origin.version,
        "sha256": model.origin.sha256,
    }
    return {key: value for key, value in entry.items() if value is not None}
