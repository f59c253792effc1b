"""What a YAML file says, and where in it each part stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from catalogue.errors import Location, shortened


class NoYamlError(ValueError):
    """The text is no YAML; the message begins with the place."""


@dataclass(frozen=True)
class Document:
    """What the text says.

    `values` are the nodes of texts, numbers and booleans, `starts` the marks where a key or an item
    of a list begins; both by keys and positions, such as `("models", "depth", "files", 0)`.
    """

    content: Any
    values: dict[Location, ScalarNode] = field(default_factory=dict)
    starts: dict[Location, yaml.Mark] = field(default_factory=dict)


def read(text: str) -> Document:
    """Reads one document.

    Raises:
        NoYamlError: also when a key appears twice.
    """
    try:
        document = Document(yaml.safe_load(text))
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as exc:
        problem = ", ".join(part for part in (exc.context, exc.problem) if part)
        raise _no_yaml(exc.problem_mark, problem) from exc
    except yaml.YAMLError as exc:
        raise _no_yaml(None, str(exc).splitlines()[0]) from exc
    if root is not None:
        _note(document, root, ())
    return document


def _note(document: Document, node: Node, at: Location) -> None:
    document.starts.setdefault(at, node.start_mark)
    if isinstance(node, ScalarNode):
        document.values[at] = node
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.value):
            _note(document, item, (*at, number))
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            if (*at, key.value) in document.starts:
                raise _no_yaml(key.start_mark, f"{shortened(repr(key.value))} appears twice")
            document.starts[*at, key.value] = key.start_mark
            _note(document, value, (*at, key.value))


def _no_yaml(mark: yaml.Mark | None, problem: str) -> NoYamlError:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return NoYamlError(f"line {line}, column {column}: this is no YAML: {shortened(problem)}")
