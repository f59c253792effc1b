"""What a YAML file says, and where in it each part stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from catalogue.errors import Location, shortened

MAX_DEPTH = 8


class NoYamlError(Exception):
    """The text is no YAML that can be used; the message begins with the place."""


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
        NoYamlError: also when a key appears twice, or a part stands for another (`*name`).
    """
    try:
        _check_size(text)
        document = Document(yaml.safe_load(text))
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as exc:
        problem = ", ".join(part for part in (exc.context, exc.problem) if part)
        raise _no_yaml(exc.problem_mark, problem) from exc
    except yaml.YAMLError as exc:
        raise _no_yaml(None, str(exc).splitlines()[0]) from exc
    except (KeyError, ValueError) as exc:  # such as the date 2024-13-45
        raise _no_yaml(None, f"put in quotes what is no number or date: {exc}") from exc
    if root is not None:
        _note(document, root, ())
    return document


def _check_size(text: str) -> None:
    """Refuses what takes much time or memory: few aliases may stand for millions of values."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise NoYamlError(f"{_place(event.start_mark)}: this is nested too deeply")
        if isinstance(event, yaml.AliasEvent):
            problem = f"write out what *{event.anchor} stands for, or put it in quotes"
            raise NoYamlError(f"{_place(event.start_mark)}: {shortened(problem)}")


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
    return NoYamlError(f"{_place(mark)}: this is no YAML: {shortened(problem)}")


def _place(mark: Any) -> str:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return f"line {line}, column {column}"
