"""Finds what a fault changes by function or Terraform address, so that files may move."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_BLOCK = re.compile(r'^(\w+)((?: "[^"]+")*) \{\n.*?^\}', re.MULTILINE | re.DOTALL)
_LOCAL = re.compile(r"^  (\w+)\s*=.*?(?=^  \w+\s*=|^\})", re.MULTILINE | re.DOTALL)


class NoLongerAppliesError(Exception):
    """The place of a fault is not there, or not the only one."""


@dataclass(frozen=True)
class Span:
    """Where a definition lies.

    Args:
        name: such as `Chooser.choose`, `aws_sqs_queue.this` or `local.alarms`.
        path: of its file, relative to the repository.
        start: first character in the file.
        end: behind the last.
    """

    name: str
    path: str
    start: int
    end: int

    def is_at(self, address: str) -> bool:
        """Whether an address means this: `name` or its end, after parts of the path and slashes."""
        folders, _, name = address.rpartition("/")
        place = f"/{PurePosixPath(self.path).with_suffix('')}/"
        return f".{self.name}".endswith(f".{name}") and (f"/{folders}/" in place or not folders)


def changed(sources: Mapping[str, str], address: str, fragment: str, other: str) -> tuple[str, str]:
    """The one file that has the fragment at this address, and its text with another fragment.

    Args:
        sources: texts by path.
        address: of a function, class, constant, or Terraform block or local value.
        fragment: what stands there; white space counts as one space.
        other: what to write in its place.

    Raises:
        NoLongerAppliesError: when there is no such place, or more than one.
    """
    pattern = re.compile(r"\s+".join(map(re.escape, fragment.split())))
    holding = {path: text for path, text in sources.items() if pattern.search(text)}
    places = {
        (span.path, *match.span())
        for path, text in holding.items()
        for span in _spans(path, text)
        if span.is_at(address)
        for match in pattern.finditer(text, span.start, span.end)
    }
    if len(places) != 1:
        where = sorted(
            f"{path}:{sources[path].count(chr(10), 0, at) + 1}" for path, at, _ in places
        )
        raise NoLongerAppliesError(
            f"{address} holds {fragment!r} {len(places)} times {where}: correct its place"
        )
    ((path, start, end),) = places
    text = sources[path]
    return path, text[:start] + other + text[end:]


def _spans(path: str, text: str) -> Iterator[Span]:
    if Path(path).suffix == ".py":
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        yield from _definitions(ast.parse(text), "", path, starts)
        return
    for block in _BLOCK.finditer(text):
        kind, labels = block[1], re.findall('"([^"]+)"', block[2])
        if kind == "locals":
            for value in _LOCAL.finditer(text, block.start(), block.end()):
                yield Span(f"local.{value[1]}", path, value.start(), value.end())
        else:
            yield Span(".".join([kind, *labels]), path, block.start(), block.end())


def _definitions(node: ast.AST, within: str, path: str, starts: list[int]) -> Iterator[Span]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = child.name
        elif isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Name):
            name = child.targets[0].id
        elif isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name):
            name = child.target.id
        else:
            continue
        end = starts[child.end_lineno or child.lineno]
        yield Span(f"{within}{name}", path, starts[child.lineno - 1], end)
        yield from _definitions(child, f"{within}{name}.", path, starts)
