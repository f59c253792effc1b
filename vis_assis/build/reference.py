"""Writes docs/reference.md, docs/aws_facts.md and docs/cli.schema.json."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import hcl2

from vis_assis.build import facts_page
from vis_assis.build.environments import ROOT
from vis_assis.cli import schemas

PAGE = ROOT / "docs" / "reference.md"
FACTS = ROOT / "docs" / "aws_facts.md"
SCHEMAS = ROOT / "docs" / "cli.schema.json"


def _blocks(folder: Path, kind: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.tf")):
        with file.open() as text:
            for block in hcl2.load(text).get(kind, []):
                for name, body in block.items():
                    found[_plain(name)] = body
    return dict(sorted(found.items()))


def _plain(value: Any) -> str:
    text = str(value).strip()
    text = re.sub(r"^\$\{(.*)\}$", r"\1", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text.strip('"')).replace('\\"', '"')


def _expression(value: Any) -> str:
    """What python-hcl2 read, in Terraform's own syntax."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_expression(item) for item in value)}]"
    if isinstance(value, dict):
        entries = (f"{_plain(key)} = {_expression(item)}" for key, item in value.items())
        return "{ " + ", ".join(entries) + " }" if value else "{}"
    return re.sub(r"^\$\{(.*)\}$", r"\1", str(value), flags=re.DOTALL)


def _default(body: dict[str, Any]) -> str:
    return f"`{_expression(body['default'])}`" if "default" in body else "required"


def render(root: Path = ROOT) -> str:
    """The page's text.

    Args:
        root: folder of the configuration.
    """
    lines = [
        "# Reference",
        "",
        "Written by `make docs` from the Terraform files.",
        "",
        "## Variables",
        "",
        "| name | default | what |",
        "|---|---|---|",
    ]
    for name, body in _blocks(root, "variable").items():
        lines.append(f"| `{name}` | {_default(body)} | {_plain(body['description'])} |")
    lines += ["", "## Outputs", "", "| name | what |", "|---|---|"]
    for name, body in _blocks(root, "output").items():
        lines.append(f"| `{name}` | {_plain(body['description'])} |")
    lines += ["", "## Modules", "", "| module | inputs | outputs |", "|---|---|---|"]
    for folder in sorted(path for path in (root / "modules").iterdir() if path.is_dir()):
        inputs = ", ".join(f"`{name}`" for name in _blocks(folder, "variable"))
        outputs = ", ".join(f"`{name}`" for name in _blocks(folder, "output"))
        lines.append(f"| `{folder.name}` | {inputs} | {outputs} |")
    lines += ["", "An arrow leads from a module to one that gets its names or ARNs:", ""]
    arrows = [f"  {giver} --> {taker}" for giver, taker in handed_on(root)]
    return "\n".join([*lines, "```mermaid", "flowchart LR", *arrows, "```"]) + "\n"


def handed_on(root: Path) -> list[tuple[str, str]]:
    """Which module hands values to which, as the root's files connect them."""
    through: dict[str, Any] = {}
    for file in root.glob("*.tf"):
        for block in hcl2.loads(file.read_text()).get("locals", []):
            through |= block

    def givers(text: str) -> set[str]:
        named = (str(through.get(name, "")) for name in re.findall(r"local\.(\w+)", text))
        return {*re.findall(r"module\.(\w+)", text), *(g for part in named for g in givers(part))}

    return [
        (giver, name)
        for name, body in _blocks(root, "module").items()
        for giver in sorted(givers(str({**body, "depends_on": ""})))
    ]


def main(arguments: list[str]) -> int:
    """Writes the pages, or with `--check` says which are stale."""
    pages = {PAGE: render(), FACTS: facts_page.render(), SCHEMAS: schemas.render()}
    if "--check" not in arguments:
        for page, text in pages.items():
            page.write_text(text)
        return 0
    stale = [page for page, text in pages.items() if not page.exists() or page.read_text() != text]
    for page in stale:
        print(f"docs/{page.name} is stale: run `make docs` and commit it.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
