"""Differences between account and configuration are said in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vis_assis.stack.drift import lines
from vis_assis.terraform.plan import Plan
from vis_assis.terraform.runner import Terraform


def change(actions: list[str], before: Any = None, after: Any = None) -> dict[str, Any]:
    inner = {"actions": actions, "before": before, "after": after}
    return {"address": "a.queue", "type": "a", "mode": "managed", "change": inner}


OLD, NEW = {"size": 1, "name": "q"}, {"size": 2, "name": "q"}


@pytest.mark.parametrize(
    ("planned", "drifted", "said"),
    [
        (change(["no-op"], OLD, OLD), None, []),
        (change(["update"], NEW, OLD), change(["update"], OLD, NEW), ["was changed by hand: size"]),
        (change(["update"], OLD, NEW), None, ["differs from the configuration: size"]),
        (
            change(["update"], OLD, NEW),
            change(["update"], {**OLD, "tags": None}, {**OLD, "tags": {}}),
            ["differs from the configuration: size"],
        ),
        (change(["create"], None, OLD), change(["delete"], OLD, None), ["was deleted"]),
        (change(["create"], None, OLD), None, ["is not there yet"]),
        (change(["delete"], OLD, None), None, ["is not in the configuration"]),
    ],
)
def test_each_difference_is_one_line(planned: Any, drifted: Any, said: list[str]) -> None:
    content = {"resource_changes": [planned], "resource_drift": [drifted] if drifted else []}
    plan = Plan(Terraform(Path(), {}), Path(), content)
    assert list(lines(plan)) == [f"a.queue {text}" for text in said]
