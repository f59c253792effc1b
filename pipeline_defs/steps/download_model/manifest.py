"""Writes down what was delivered, and from where."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .digests import sha256
from .licences import ALL_OF
from .order import Order

MANIFEST = "manifest.json"
PROVENANCE = "provenance.json"


@dataclass(frozen=True)
class Delivered:
    """A finished zip; `commit` is what the requested revision meant, `files` its entries."""

    order: Order
    commit: str
    licence_stated: bool
    files: Mapping[str, Path]
    archive: Path


def write(delivered: Delivered) -> None:
    """Write manifest.json and provenance.json beside the zip."""
    manifest = _manifest(delivered)
    folder = delivered.archive.parent
    _write_json(folder / MANIFEST, manifest)
    _write_json(folder / PROVENANCE, _provenance(manifest))


def _manifest(delivered: Delivered) -> dict[str, Any]:
    order = delivered.order
    return {
        "model": order.model_type,
        "repository": order.repository,
        "revision": delivered.commit,
        "revision_requested": order.revision,
        "licence": ALL_OF.join(order.licences),
        "licence_source": "repository" if delivered.licence_stated else "catalogue",
        "files": [
            {"path": name, "bytes": path.stat().st_size, "sha256": sha256(path)}
            for name, path in sorted(delivered.files.items())
        ],
        "zip": {
            "name": delivered.archive.name,
            "bytes": delivered.archive.stat().st_size,
            "sha256": sha256(delivered.archive),
        },
    }


def _provenance(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Flat strings, as JsonGet copies them into customer metadata, which takes nothing else."""
    copied = ("model", "repository", "revision", "revision_requested", "licence", "licence_source")
    return {key: manifest[key] for key in copied} | {
        f"zip_{key}": str(value) for key, value in manifest["zip"].items()
    }


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
