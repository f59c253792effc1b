"""A saved plan: what it would do, by resource, and how it is applied."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vis_assis.terraform.runner import Terraform

# Of Terraform's actions; two of them in any order are a replacement.
_VERBS: Mapping[tuple[str, ...], str] = {
    ("create",): "create",
    ("update",): "change",
    ("delete",): "destroy",
}
_STEP_ENDED = re.compile(r": (Creation|Modifications|Destruction) complete")


@dataclass(frozen=True)
class Change:
    """What a plan does to one resource.

    Args:
        address: the resource's address, such as `module.api.aws_apigatewayv2_api.this`.
        type: the resource's type, such as `aws_iam_role`.
        actions: `create`, `update`, `delete`, `no-op`; two of them for a replacement.
        before: attributes as recorded; empty for a new resource.
        after: attributes as planned; those not known yet are absent.
    """

    address: str
    type: str
    actions: tuple[str, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """A plan in a file.

    Args:
        terraform: the configuration that it is of.
        file: the file that Terraform wrote.
        content: the plan as `terraform show -json` tells it.
    """

    terraform: Terraform
    file: Path
    content: Mapping[str, Any]

    def changes(self, *actions: str) -> Iterator[Change]:
        """The changes of managed resources with exactly these actions, such as `create`."""
        return (change for change in self.all_changes() if change.actions == actions)

    def all_changes(self) -> Iterator[Change]:
        """What the plan does to each managed resource, those that it leaves alone included."""
        return self._listed("resource_changes")

    def summary(self) -> Iterator[str]:
        """A line for each kind of resource that changes: how many are created, changed, …."""
        kinds = defaultdict[str, Counter[str]](Counter)
        for change in self.all_changes():
            if change.actions != ("no-op",):
                kinds[change.type][_VERBS.get(change.actions, "replace")] += 1
        for kind, counts in sorted(kinds.items()):
            yield f"{kind}: " + ", ".join(f"{n} to {verb}" for verb, n in sorted(counts.items()))

    def gone(self) -> Iterator[Change]:
        """The recorded resources that do not exist any more, with the attributes they had."""
        return (drift for drift in self.drifted() if drift.actions == ("delete",))

    def drifted(self) -> Iterator[Change]:
        """What was changed or deleted since the last run of Terraform, but not by it."""
        return self._listed("resource_drift")

    def _listed(self, key: str) -> Iterator[Change]:
        for change in self.content.get(key, []):
            if change["mode"] == "managed":
                yield Change(
                    change["address"],
                    change["type"],
                    tuple(change["change"]["actions"]),
                    change["change"]["before"] or {},
                    change["change"]["after"] or {},
                )

    def variable(self, name: str) -> Any:
        """The value of a variable of the configuration; None when it has none."""
        return self.content.get("variables", {}).get(name, {}).get("value")

    def steps(self) -> int:
        """How many resources are created, changed or destroyed; a replacement counts twice."""
        return sum(
            len(change["change"]["actions"])
            for change in self.content.get("resource_changes", [])
            if change["mode"] == "managed" and change["change"]["actions"] != ["no-op"]
        )

    def apply_with_progress(self, report: Callable[[str], None]) -> None:
        """Does what was planned, and reports every twentieth step.

        Raises:
            TerraformError: when a step fails.
        """
        steps = self.steps()
        self.apply(lambda done: None if done % 20 else report(f"{done} of {steps} steps"))

    def apply(self, watch: Callable[[int], None] = lambda _: None) -> None:
        """Does what was planned.

        Args:
            watch: told of the number of steps done, after each.

        Raises:
            TerraformError: when a step fails.
        """
        done = 0

        def count(line: str) -> None:
            nonlocal done
            if _STEP_ENDED.search(line):
                done += 1
                watch(done)

        self.terraform.run(
            "apply",
            *("-input=false", "-no-color", "-parallelism=40"),
            *self.terraform.state_arguments,
            str(self.file),
            watch=count,
        )


def make_plan(terraform: Terraform, *, destroy: bool = False, targets: Sequence[str] = ()) -> Plan:
    """Plans and reads the plan back.

    Args:
        terraform: the configuration.
        destroy: whether everything is to go.
        targets: addresses to keep to; none means all.

    Raises:
        TerraformError: when the configuration or a variable is refused.
    """
    file = terraform.data_dir / ("destroy.tfplan" if destroy else "apply.tfplan")
    terraform.run(
        "plan",
        f"-out={file}",
        *(["-destroy"] if destroy else []),
        *(f"-target={address}" for address in targets),
        *terraform.planning_arguments,
    )
    shown = terraform.run("show", "-json", str(file), quiet=True)
    return Plan(terraform, file, json.loads(shown.stdout))
