"""Lists the corrections of MiniStack and moto: `python corrections.py` writes the file.

What AWS does, and what the parent did instead, stands in the docstring of each correction only.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
SOURCES = PACKAGE / "src" / "local_cloud"
DOCUMENT = PACKAGE / "CORRECTIONS.md"
URL = re.compile(r"https?://[^\s)>\]]+")


def document() -> str:
    """The Markdown of CORRECTIONS.md."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    parents = [name for name in project["dependencies"] if name.startswith(("ministack", "moto"))]
    lines = [
        "# Corrections",
        "",
        f"They patch private functions of {' and '.join(parents)}.",
        "After an upgrade, a failing test in the same folder of `tests/` names the one to look at,",
        "or an answer recorded from AWS that is no longer given.",
        "Generated from the docstrings by `python conformance/corrections.py`.",
    ]
    for path in sorted(SOURCES.rglob("*.py")):
        if rows := list(_rows(ast.parse(path.read_text()))):
            lines += ["", f"## {path.relative_to(SOURCES)}", "", *rows]
    return "\n".join(lines) + "\n"


def _rows(module: ast.Module) -> Iterator[str]:
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    if "apply" not in functions:
        return
    calls = [line.value for line in functions["apply"].body if isinstance(line, ast.Expr)]
    names = [ast.unparse(call.func) for call in calls if isinstance(call, ast.Call)]
    corrections = [functions[name] for name in names if name in functions and name[0] != "_"]
    nodes: list[ast.FunctionDef | ast.Module] = [*corrections] or [module]
    for node in nodes:
        name = f"`{node.name}`: " if isinstance(node, ast.FunctionDef) else ""
        yield f"- {name}{_in_one_line(ast.get_docstring(node) or '')}"
    text = ast.get_docstring(module) or ""
    if corrections and (sources := URL.findall(text)):
        yield f"- Sources: {', '.join(sources)}"


def _in_one_line(docstring: str) -> str:
    description = re.split(r"\n\s*(?:Args|Returns|Raises):", docstring)[0]
    return " ".join(description.split())


if __name__ == "__main__":
    DOCUMENT.write_text(document())
