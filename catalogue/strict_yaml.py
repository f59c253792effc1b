"""The part of YAML that every reader of `models.yaml` understands alike.

PyYAML reads YAML 1.1, Terraform a mixture of 1.1 and 1.2: `4472e73` is text to one and a number to
the other, `y` text and true, `0400` 256 and 400. So a value without quotes is `true`, `false`, a
whole number, or text that no reader takes for anything else; and what only some readers know, such
as anchors, tags and values over several lines, is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from catalogue.errors import Location, shortened

MAX_DEPTH = 8

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_BOOLEANS = {"true": True, "false": False}
_NO_ALIASES = (
    "anchors and aliases (&name, *name) are not supported: write the value out, and quote a text "
    'that begins with * or &, such as "*.json"'
)
_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")
_TEXT = re.compile(r"\w[\w ./+@()*?-]*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_NUMBER = re.compile(r"[0-9][0-9_.eEtTzZ +-]*|0[xX][0-9A-Fa-f_.pP+-]*|0[oO][0-7_]*|0[bB][01_]*")
"""What begins like a number or a date and has none but their characters."""


class NotCommonError(ValueError):
    """The text is no YAML, or readers would differ about it.

    Parameters:
        line: counted from 1, like the column.
    """

    def __init__(self, line: int, column: int, problem: str) -> None:
        self.line, self.column, self.problem = line, column, problem
        super().__init__(f"line {line}, column {column}: {problem}")


@dataclass(frozen=True)
class Document:
    """What the text says.

    `values` are the nodes of texts, numbers and booleans, `starts` the marks where a key or an item
    of a list begins; both by keys and positions, such as `("models", "depth", "files", 0)`.
    """

    content: Any
    values: Mapping[Location, ScalarNode]
    starts: Mapping[Location, yaml.Mark]


def is_plain_text(text: str) -> bool:
    """Whether every reader takes `text` for text without quotes."""
    if not _TEXT.fullmatch(text) or text != text.strip() or "  " in text:
        return False
    return text.casefold() not in _WORDS and not _NUMBER.fullmatch(text)


def read(text: str) -> Document:
    """Reads one document.

    Raises:
        NotCommonError: names the place and what to write there.
    """
    for found in UNPRINTABLE.finditer(text):
        if found[0] != "\n" and text[found.start() : found.start() + 2] != "\r\n":
            _refuse_at(text, found.start(), _unprintable(found[0]))
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as exc:
        problem = ", ".join(part for part in (exc.context, exc.problem) if part)
        if str(exc.context).endswith((" alias", " anchor")):
            _refuse(exc.problem_mark or loader.get_mark(), _NO_ALIASES)
        _refuse(exc.problem_mark or loader.get_mark(), f"this is no YAML: {shortened(problem)}")
    finally:
        loader.dispose()
    values: dict[Location, ScalarNode] = {}
    starts: dict[Location, yaml.Mark] = {}
    content = None if root is None else _value(root, (), values, starts)
    return Document(content, values, starts)


class _Loader(yaml.SafeLoader):
    """Composes nodes of what all readers know, and no deeper than `MAX_DEPTH`."""

    _depth = 0

    def compose_document(self) -> Node | None:
        start = _upcoming(self)
        if start.version or start.tags:
            _refuse(start.start_mark, "directives (%YAML, %TAG) are not supported: remove them")
        node: Node | None = super().compose_document()
        if not self.check_event(yaml.StreamEndEvent):
            mark = _upcoming(self).start_mark
            _refuse(mark, "a second document begins: keep everything in one, without `---`")
        return node

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event = _upcoming(self)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            _refuse(event.start_mark, _NO_ALIASES)
        if event.tag is not None:
            _refuse(event.start_mark, "tags (!!name) are not supported: quote a text")
        if self._depth >= MAX_DEPTH:
            _refuse(event.start_mark, f"nested more than {MAX_DEPTH} levels deep: remove brackets")
        self._depth += 1
        node: Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _upcoming(loader: yaml.SafeLoader) -> Any:
    return loader.peek_event()  # type: ignore[no-untyped-call]


def _value(
    node: Node, at: Location, values: dict[Location, ScalarNode], starts: dict[Location, yaml.Mark]
) -> Any:
    starts.setdefault(at, node.start_mark)
    if isinstance(node, SequenceNode):
        return [_value(item, (*at, n), values, starts) for n, item in enumerate(node.value)]
    if isinstance(node, ScalarNode):
        values[at] = node
        return _scalar(node)
    content: dict[str, Any] = {}
    for key_node, value_node in node.value if isinstance(node, MappingNode) else ():
        key = _scalar(key_node) if isinstance(key_node, ScalarNode) else None
        if not isinstance(key, str):
            _refuse(key_node.start_mark, "this cannot be a key: quote the text that begins here")
        if key in content:
            _refuse(
                key_node.start_mark, f"{shortened(repr(key))} appears twice: rename or remove one"
            )
        starts[*at, key] = key_node.start_mark
        content[key] = _value(value_node, (*at, key), values, starts)
    return content


def _scalar(node: ScalarNode) -> bool | int | str:
    # as Terraform does with all text
    text = unicodedata.normalize("NFC", node.value)
    if node.style in {"|", ">"} or node.start_mark.line != node.end_mark.line:
        _refuse(node.start_mark, "a value over several lines: write it on one, in quotes")
    if node.style:
        if node.style == '"' and "\\" in _source(node):
            _refuse(
                node.start_mark,
                "readers of YAML differ about a backslash in double quotes: write single quotes",
            )
        return text
    if not text:
        _refuse(node.start_mark, "the value is missing: write one, or remove the key")
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if not is_plain_text(text):
        _refuse(
            node.start_mark,
            f"readers of YAML differ about {shortened(text)} without quotes: quote it, "
            f'"{shortened(text)}"; unquoted are true, false, whole numbers and plain text',
        )
    return text


def _source(node: ScalarNode) -> str:
    mark = node.start_mark
    return str(mark.buffer)[mark.pointer : node.end_mark.pointer]


def _unprintable(sign: str) -> str:
    if sign == "\t":
        return "a tab: write spaces"
    if sign == "\ufeff":
        return "save the file as UTF-8 without a byte order mark"
    return f"remove the control character U+{ord(sign):04X}"


def _refuse_at(text: str, index: int, problem: str) -> NoReturn:
    line_start = text.rfind("\n", 0, index) + 1
    raise NotCommonError(text.count("\n", 0, index) + 1, index - line_start + 1, problem)


def _refuse(mark: yaml.Mark, problem: str) -> NoReturn:
    raise NotCommonError(mark.line + 1, mark.column + 1, problem)
