"""Reads and checks `models.yaml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from catalogue.errors import CatalogueError, problems_of
from catalogue.model import Catalogue
from catalogue.strict_yaml import Document, NotCommonError, read

DEFAULT_PATH = Path(__file__).resolve().parents[1] / "models.yaml"
MAX_BYTES = 256 * 1024


def load(path: Path = DEFAULT_PATH) -> Catalogue:
    """Return the checked catalogue in `path`.

    Raises:
        CatalogueError: the file is missing, is no YAML that all readers agree on, or breaks the
            schema.
    """
    return parse(read_bytes(path), path)[0]


def read_bytes(path: Path) -> bytes:
    """The file as it is, or as much of it as shows that it is too long.

    Raises:
        CatalogueError: the file is missing.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as exc:
        raise CatalogueError(path, [f"not found in {path.parent}; restore it from git"]) from exc
    except OSError as exc:
        raise CatalogueError(path, [f"cannot be read: {exc.strerror}"]) from exc


def parse(content: bytes, path: Path) -> tuple[Catalogue, Document]:
    """The checked catalogue, and where everything of it stands.

    Args:
        path: names the file in messages.

    Raises:
        CatalogueError: as `load` does.
    """
    if len(content) > MAX_BYTES:
        raise CatalogueError(
            path, [f"longer than {MAX_BYTES // 1024} KiB; remove what is no model"]
        )
    try:
        document = read(content.decode())
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise CatalogueError(path, [f"line {line}: save it as UTF-8: {exc.reason}"]) from exc
    except NotCommonError as exc:
        raise CatalogueError(path, [str(exc)]) from exc
    try:
        return Catalogue.model_validate(document.content), document
    except ValidationError as exc:
        raise CatalogueError(path, problems_of(exc, document.starts)) from exc
