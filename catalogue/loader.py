"""Reads and checks `models.yaml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from catalogue.errors import CatalogueError, problems_of
from catalogue.model import Catalogue
from catalogue.yaml_document import Document, NoYamlError, read

DEFAULT_PATH = Path(__file__).resolve().parents[1] / "models.yaml"


def load(path: Path = DEFAULT_PATH) -> Catalogue:
    """Return the checked catalogue in `path`.

    Raises:
        CatalogueError: the file is missing, is no YAML, or breaks the schema.
    """
    return parse(read_bytes(path), path)[0]


def read_bytes(path: Path) -> bytes:
    """The file as it is.

    Raises:
        CatalogueError: the file is missing.
    """
    try:
        return path.read_bytes()
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
    try:
        document = read(content.decode())
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise CatalogueError(path, [f"line {line}: save it as UTF-8: {exc.reason}"]) from exc
    except NoYamlError as exc:
        raise CatalogueError(path, [str(exc)]) from exc
    try:
        return Catalogue.model_validate(document.content), document
    except ValidationError as exc:
        raise CatalogueError(path, problems_of(exc, document.starts)) from exc
