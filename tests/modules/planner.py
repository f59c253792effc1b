"""Plans the whole configuration against a local cloud that holds nothing yet."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_cloud import LocalCloud
from tests.attached_provider import attached_provider
from vis_assis.terraform.runner import Terraform

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """A plan as `terraform show -json` gives it.

    Parameters:
        document: the parsed JSON.
    """

    document: JsonObject

    @property
    def resources(self) -> dict[str, JsonObject]:
        """The planned managed resources by address; values unknown before apply are absent."""
        return {
            change["address"]: change
            for change in self.document["resource_changes"]
            if change["mode"] == "managed" and change["change"]["after"] is not None
        }

    def of_type(self, kind: str) -> dict[str, JsonObject]:
        """The planned attributes of every resource of one type, by address."""
        return {
            address: change["change"]["after"]
            for address, change in self.resources.items()
            if change["type"] == kind
        }

    @property
    def outputs(self) -> JsonObject:
        """The outputs that are known in the plan."""
        return {
            name: output["value"]
            for name, output in self.document["planned_values"]["outputs"].items()
            if "value" in output
        }


@dataclass(frozen=True)
class Planner:
    """Makes plans, each once; keeps one initialised working folder for all of them.

    Parameters:
        terraform: the initialised configuration.
        made: the plans so far, by their values.
    """

    terraform: Terraform
    made: dict[str, Plan] = field(default_factory=dict)

    def plan(
        self, variables: Mapping[str, Any] | None = None, var_file: Path | None = None
    ) -> Plan:
        """The plan with these values; `TerraformError` when Terraform refuses them."""
        values = json.dumps([variables or {}, str(var_file)], sort_keys=True)
        if values not in self.made:
            self.made[values] = self._plan(variables or {}, var_file)
        return self.made[values]

    def _plan(self, variables: Mapping[str, Any], var_file: Path | None) -> Plan:
        terraform = dataclasses.replace(self.terraform, variables=variables)
        saved = terraform.data_dir / "plan.tfplan"
        files = [] if var_file is None else [f"-var-file={var_file}"]
        values = [
            f"-var={name}={value if isinstance(value, str) else json.dumps(value)}"
            for name, value in terraform.variables.items()
        ]
        state = f"-state={terraform.state}"
        terraform.run("plan", "-input=false", "-no-color", state, f"-out={saved}", *files, *values)
        return Plan(json.loads(terraform.run("show", "-json", str(saved)).stdout))


@contextmanager
def planning(folder: Path) -> Iterator[Planner]:
    """Starts an empty local cloud and initialises Terraform.

    Parameters:
        folder: place for the cloud's and Terraform's files.
    """
    with LocalCloud(folder / "cloud", hub=False) as cloud:
        terraform = Terraform(
            data_dir=folder / "terraform",
            environment=cloud.environment(),
            state=folder / "terraform" / "terraform.tfstate",
        )
        terraform.init()
        with attached_provider(terraform) as provider:
            environment = {**terraform.environment, **provider}
            yield Planner(dataclasses.replace(terraform, environment=environment))
