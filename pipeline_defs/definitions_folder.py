"""The committed definitions and whether they are up to date."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "definitions"


def write(definitions: Mapping[str, str], folder: Path = FOLDER) -> list[Path]:
    """Write `{type}.json` for every model, remove all others; return what changed."""
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
