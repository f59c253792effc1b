"""The Terraform files of the repository, parsed by python-hcl2."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

from vis_assis.build.environments import ROOT


@dataclass(frozen=True)
class Block:
    """A `variable` or `output` block: where it is, its name and its attributes."""

    path: str
    name: str
    attributes: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.path}: {self.name}"

    def text(self, attribute: str) -> str:
        """The attribute as plain text, empty when it is missing."""
        return str(self.attributes.get(attribute, "")).removeprefix("${").strip('"}')


def module_dirs() -> list[Path]:
    """The root module and every module of the repository."""
    return [ROOT, *sorted(path for path in (ROOT / "modules").iterdir() if path.is_dir())]


def terraform_files() -> list[Path]:
    """Every `.tf` file of these modules."""
    return [path for module in module_dirs() for path in sorted(module.glob("*.tf"))]


@cache
def parsed(path: Path) -> dict[str, Any]:
    """The file's blocks by kind, as python-hcl2 gives them."""
    with path.open(encoding="utf-8") as file:
        return dict(hcl2.load(file))


def blocks(path: Path, kind: str) -> list[Block]:
    """The file's blocks of one kind in the order of the file."""
    return [
        Block(path.relative_to(ROOT).as_posix(), name.strip('"'), attributes)
        for entry in parsed(path).get(kind, [])
        for name, attributes in entry.items()
    ]


def all_blocks(kind: str) -> list[Block]:
    """The blocks of one kind in every file."""
    return [block for path in terraform_files() for block in blocks(path, kind)]
