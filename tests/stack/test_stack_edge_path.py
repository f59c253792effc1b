"""From Hugging Face to production through the real pipelines, and what stops a model on its way."""

from __future__ import annotations

import pytest

from tests.stack.stack_driver import TypeDriver
from vis_assis.journeys import demo_edge as edge, edge_path
from vis_assis.local.local_stack import LocalStack


def test_every_model_gets_from_the_hub_to_production(
    stack: LocalStack, model_types: list[str]
) -> None:
    for model_type in model_types:
        TypeDriver(stack, model_type).reset()
    told: list[str] = []
    rows = edge.run(stack, told.append)
    assert [row.type for row in rows] == model_types
    assert [row.version for row in rows] == [
        _newest(stack, model_type) for model_type in model_types
    ]


def _newest(stack: LocalStack, model_type: str) -> int:
    group = stack.outputs["model_package_group_names"][model_type]
    listed = stack.client("sagemaker").list_model_packages(ModelPackageGroupName=group)
    return max(int(p["ModelPackageVersion"]) for p in listed["ModelPackageSummaryList"])


def _execution(stack: LocalStack, model_type: str, **parameters: str) -> str:
    sagemaker, pipelines = stack.client("sagemaker"), stack.outputs["pipeline_names"]
    return edge_path.run_pipeline(sagemaker, pipelines[model_type], **parameters)


def test_executions_tell_what_each_of_them_registered_and_the_same_content_gives_the_same_zip(
    stack: LocalStack,
) -> None:
    sagemaker = stack.client("sagemaker")
    executions = [_execution(stack, "depth") for _ in range(2)]
    for arn in executions:
        assert edge_path.wait_for_execution(sagemaker, arn) == "Succeeded"
    one, two = (edge_path.registered_version(sagemaker, "depth", arn) for arn in executions)
    assert one.arn != two.arn
    assert _newest(stack, "depth") == max(one.version, two.version)
    assert one.artifact.split("/")[-2] == executions[0].rpartition("/")[2]
    assert one.sha256 == two.sha256


def test_a_licence_outside_the_allowed_list_is_refused_by_name_and_nothing_registered(
    stack: LocalStack,
) -> None:
    sagemaker, arn = stack.client("sagemaker"), _execution(stack, "depth", AllowedLicences="MIT")
    assert edge_path.wait_for_execution(sagemaker, arn) == "Failed"
    reason = edge_path.failure_reason(sagemaker, arn)
    for part in ("depth", "Apache-2.0", "allowed_licences"):
        assert part in reason
    with pytest.raises(edge_path.EdgePathError, match=f"{arn} registered no version of depth"):
        edge_path.registered_version(sagemaker, "depth", arn)
