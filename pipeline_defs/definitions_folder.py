"""The committed definitions and whether they are up to date."""

import json
from collections.abc import Mapping
from pathlib import Path

from catalogue import Model

FOLDER = Path(__file__).resolve().parent / "definitions"
BASIS = "_inputs"
"""Name of the file that says what the definitions were made of; no model type begins like it."""


def basis(models: Mapping[str, Model]) -> str:
    """What Python reads in `models.yaml`, for Terraform to compare with what it reads itself."""
    blocks = {
        name: model.model_dump(mode="json", exclude_unset=True) for name, model in models.items()
    }
    return json.dumps(blocks, indent=2, sort_keys=True) + "\n"


def write(definitions: Mapping[str, str], folder: Path = FOLDER) -> list[Path]:
    """Write `{name}.json` for every entry, remove all others; return what changed."""
    changed = stale(definitions, folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path in changed:
        content = definitions.get(path.stem)
        if content is None:
            path.unlink()
        else:
            path.write_text(content, encoding="utf-8")
    return changed


def stale(definitions: Mapping[str, str], folder: Path = FOLDER) -> list[Path]:
    """The files that are missing, differ, or belong to no model."""
    existing = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    return [
        folder / f"{name}.json"
        for name in sorted(existing.keys() | definitions.keys())
        if existing.get(name) != definitions.get(name)
    ]
