"""A stack in full use, beside which or of which something is torn down."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.stack.navigation_driver import NavigationDriver
from tests.stack.stack_driver import TypeDriver
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack

WOKEN = {"promote_model", "setup_autoscaling", "update_endpoint"}
HELD_TYPE, HELD_REPOSITORY = "vocoder", "speecht5_hifigan"
HELD_SECONDS = 900
# Of several stacks, but listed under one name.
SHARED = ("application-autoscaling policy", "logs group /aws/sagemaker/ProcessingJobs")


class FullUse:
    """Serves a release, has an approved version, and runs a pipeline whose download hangs."""

    def __init__(self, stack: LocalStack, folder: Path) -> None:
        self.stack = stack
        self.navigation = NavigationDriver(stack, folder)
        self.sagemaker = stack.client("sagemaker")
        self.navigation.serve_new()
        driver = TypeDriver(stack, "tts")
        self.version = driver.register_approved("left behind")
        driver.wait_until_shows("left behind")
        self.execution = self._run_held()

    def execution_status(self) -> str:
        """Status of the pipeline execution whose download hangs."""
        described = self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=self.execution)
        return str(described["PipelineExecutionStatus"])

    def consumers(self) -> set[str]:
        """Functions that events reach, through a queue or at once."""
        functions, events = self.stack.client("lambda"), self.stack.client("events")
        names = self.stack.outputs["function_names"]
        account, region = self.stack.outputs["account_id"], self.stack.outputs["region"]
        return {
            key
            for key in WOKEN
            if functions.list_event_source_mappings(FunctionName=names[key])["EventSourceMappings"]
            or events.list_rule_names_by_target(
                TargetArn=f"arn:aws:lambda:{region}:{account}:function:{names[key]}"
            )["RuleNames"]
        }

    def _run_held(self) -> str:
        path = f"/api/models/*/{HELD_REPOSITORY}*"
        _faults(self.stack, {"path": path, "method": "GET", "delay_seconds": HELD_SECONDS})
        pipeline = self.stack.outputs["pipeline_names"][HELD_TYPE]
        arn = edge_path.run_pipeline(self.sagemaker, pipeline)
        edge_path.wait_for("the fault being met", self._is_held, 60)
        return arn

    def _is_held(self) -> bool | None:
        return True if not _faults(self.stack) else None


def open_studio(stack: LocalStack) -> None:
    """Leaves what people leave in Studio: a profile, a space, and apps in both."""
    sagemaker = stack.client("sagemaker")
    (domain,) = sagemaker.list_domains()["Domains"]
    names = {"DomainId": domain["DomainId"]}
    sagemaker.create_user_profile(**names, UserProfileName="guest")
    sagemaker.create_space(**names, SpaceName="shared")
    for owner in ({"UserProfileName": "guest"}, {"SpaceName": "shared"}):
        sagemaker.create_app(**names, **owner, AppType="JupyterLab", AppName="default")


@contextmanager
def look_alikes(stack: LocalStack, prefix: str) -> Iterator[set[str]]:
    """A model and a log group of somebody else whose names begin like those of a stack."""
    model = f"{prefix}-navigation-somebody-elses"
    endpoint = f"{prefix}-paligemma-endpoint-{stack.outputs['account_id']}-else"
    group = f"/aws/sagemaker/Endpoints/{endpoint}"
    sagemaker, logs = stack.client("sagemaker"), stack.client("logs")
    role = stack.client("iam").list_roles()["Roles"][0]["Arn"]
    sagemaker.create_model(
        ModelName=model, ExecutionRoleArn=role, PrimaryContainer={"Image": "registry/image:1"}
    )
    logs.create_log_group(logGroupName=group)
    yield {item for item in stack.remaining() if model in item or group in item}
    sagemaker.delete_model(ModelName=model)
    logs.delete_log_group(logGroupName=group)


def _faults(stack: LocalStack, order: dict[str, Any] | None = None) -> list[Any]:
    """Faults of the hub that are still to come, an order included."""
    body = None if order is None else json.dumps(order).encode()
    address = f"{stack.cloud.hub_url}/_hub/faults"
    with urllib.request.urlopen(address, body, timeout=30) as answer:  # noqa: S310 - always http
        pending: list[Any] = json.load(answer)
        return pending
