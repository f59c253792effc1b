"""Reads and checks `models.yaml`."""

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
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"{key!r} appears twice; rename or remove one",
                    problem_mark=key_node.start_mark,
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
    try:
        content = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - derives from SafeLoader
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else "?"
        raise CatalogueError(path, [f"line {line}: {exc.problem}"]) from exc
    try:
        return Catalogue.model_validate(content)
    except ValidationError as exc:
        raise CatalogueError(path, problems_of(exc)) from exc
