"""Outputs of the stacks on AWS that this clone used, so that `--stack` finds each again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vis_assis.build.environments import ROOT

FOLDER = ROOT / "build" / "stacks"


def note(outputs: Mapping[str, Any]) -> None:
    """Keeps a stack's outputs; they hold no secret."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{outputs['stack_name']}.json").write_text(json.dumps(outputs))


def outputs(name: str) -> dict[str, Any] | None:
    """What was kept of a stack; None when that is nothing."""
    if name not in names():
        return None
    read: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return read


def forget(name: str) -> None:
    """Drops what was kept of a stack that is gone."""
    (FOLDER / f"{name}.json").unlink(missing_ok=True)


def names() -> list[str]:
    """The stacks that something was kept of."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))
