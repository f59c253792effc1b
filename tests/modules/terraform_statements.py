"""The policy statements of Terraform sources, found in the syntax tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import hcl2

_ACTIONS = {"action", "actions"}
_ALL_BUT = {"notaction", "notactions", "not_action", "not_actions"}


@dataclass(frozen=True)
class Actions:
    """The attribute of a statement that names its actions.

    Parameters:
        line: where it is.
        texts: every text in its value; an interpolation counts as one letter.
        is_all_but: whether it names what the statement is not about.
        is_denied: whether the statement is certain to deny.
    """

    line: int
    texts: tuple[str, ...]
    is_all_but: bool
    is_denied: bool

    @property
    def is_wildcard_grant(self) -> bool:
        """Whether it may grant more actions than it names."""
        return not self.is_denied and (self.is_all_but or any("*" in text for text in self.texts))


def actions(source: str) -> Iterator[Actions]:
    """The actions of every statement: objects in expressions, and blocks."""
    for node in hcl2.parses_to_tree(source).iter_subtrees():
        if node.data not in ("object", "body"):
            continue
        members = {key.lower(): (line, value) for key, line, value in _members(node)}
        effect = members.get("effect")
        denied = effect is not None and list(_texts(effect[1])) == ["Deny"]
        for key in members.keys() & (_ACTIONS | _ALL_BUT):
            line, value = members[key]
            yield Actions(line, tuple(_texts(value)), key in _ALL_BUT, denied)


def _members(node: Any) -> Iterator[tuple[str, int, Any]]:
    for child in node.children:
        kind = getattr(child, "data", None)
        if kind in ("object_elem", "attribute"):
            tokens = list(child.children[0].scan_values(lambda token: True))
            key = "".join(str(token) for token in tokens).strip('"')
            yield key, tokens[0].line, child.children[-1]


def _texts(value: Any) -> Iterator[str]:
    for node in value.iter_subtrees_topdown():
        if node.data == "string":
            parts = [part for part in node.children if getattr(part, "data", "") == "string_part"]
            yield "".join(_text(part.children[0]) for part in parts)


def _text(part: Any) -> str:
    return "x" if hasattr(part, "data") else str(part)
