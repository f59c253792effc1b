"""The pipelines at the end of an Amplify build, which ends itself after a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from vis_assis.aws.cloud import Cloud
from vis_assis.errors import CommandError
from vis_assis.journeys import edge_path

Report = Callable[[str], None]


def deliver(
    cloud: Cloud, outputs: dict[str, Any], *, approve: bool, report: Report, ends: float
) -> None:
    """Runs every pipeline of the stack and waits for all of them.

    Args:
        cloud: the account.
        outputs: of Terraform.
        approve: whether to approve what they register.
        report: told of each version.
        ends: when to stop waiting, as `time.monotonic` counts.

    Raises:
        CommandError: when one still runs then.
        EdgePathError: when one fails or registers nothing.
    """
    sagemaker = cloud.client("sagemaker")
    started = {
        kind: edge_path.run_pipeline(sagemaker, pipeline)
        for kind, pipeline in outputs["pipeline_names"].items()
    }
    for kind, arn in started.items():
        status = status_at_the_end(sagemaker, arn, ends)
        if status != "Succeeded":
            reason = edge_path.failure_reason(sagemaker, arn)
            raise edge_path.EdgePathError(f"the pipeline of {kind} ended as {status}: {reason}")
        version = edge_path.registered_version(sagemaker, kind, arn)
        if approve:
            edge_path.set_approval(sagemaker, version.arn, "Approved")
        report(f"{kind} version {version.version} {'approved' if approve else 'awaits approval'}")


def status_at_the_end(sagemaker: Any, arn: str, ends: float) -> str:
    """The status that an execution ended with; `CommandError` when it runs for longer."""
    try:
        return edge_path.wait_for_execution(sagemaker, arn, ends - time.monotonic())
    except edge_path.EdgePathError as error:
        raise CommandError(
            f"{arn} still runs, and this build's time is up: the pipelines go on, approve what "
            "they register by hand; _BUILD_TIMEOUT gives builds more minutes, at most 120"
        ) from error
