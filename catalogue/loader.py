"""Reads and checks `models.yaml`."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from catalogue.errors import CatalogueError, problems_of
from catalogue.model import Catalogue

DEFAULT_PATH = Path(__file__).resolve().parents[1] / "models.yaml"


class _UniqueKeyLoader(yaml.SafeLoader):
    """PyYAML lets the last of two equal keys win, and a model would vanish without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            problem = None
            if not isinstance(key, Hashable):
                problem = f"{key!r} cannot be a key; quote the text that begins here"
            elif key in seen:
                problem = f"{key!r} appears twice; rename or remove one"
            if problem:
                raise yaml.constructor.ConstructorError(
                    problem=problem, problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def load(path: Path = DEFAULT_PATH) -> Catalogue:
    """Return the checked catalogue in `path`.

    Raises:
        CatalogueError: the file is missing, is no YAML, or breaks the schema.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as exc:
        raise CatalogueError(path, [f"not found in {path.parent}; restore it from git"]) from exc
    except UnicodeDecodeError as exc:
        raise CatalogueError(path, [f"save it as UTF-8: {exc.reason} at {exc.start}"]) from exc
    try:
        content = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - derives from SafeLoader
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else "?"
        raise CatalogueError(path, [f"line {line}: {exc.problem}"]) from exc
    except yaml.reader.ReaderError as exc:
        line = text.count("\n", 0, exc.position) + 1
        raise CatalogueError(path, [f"line {line}: remove the control character"]) from exc
    try:
        return Catalogue.model_validate(content)
    except ValidationError as exc:
        raise CatalogueError(path, problems_of(exc)) from exc
