"""From Hugging Face to production through the real pipelines, and what stops a model on its way."""

from __future__ import annotations

import pytest

from tests.stack.stack_driver import TypeDriver
from tooling import edge_path
from tooling.demo import edge
from tooling.local_stack import LocalStack


def test_every_model_gets_from_the_hub_to_production(
    stack: LocalStack, model_types: list[str]
) -> None:
    for model_type in model_types:
        TypeDriver(stack, model_type).reset()
    told: list[str] = []
    rows = edge.run(stack, told.append)
    sagemaker, groups = stack.client("sagemaker"), stack.outputs["model_package_group_names"]
    newest = {name: edge_path.newest_version(sagemaker, name, groups[name]) for name in groups}
    assert [row.type for row in rows] == model_types
    assert {row.type: row.version for row in rows} == {n: v.number for n, v in newest.items()}


def _run(stack: LocalStack, model_type: str, **parameters: str) -> str:
    sagemaker = stack.client("sagemaker")
    arn = edge_path.run_pipeline(
        sagemaker, stack.outputs["pipeline_names"][model_type], **parameters
    )
    status = edge_path.wait_for_execution(sagemaker, arn)
    return "" if status == "Succeeded" else edge_path.failure_reason(sagemaker, arn)


def test_the_same_content_gives_the_same_zip(stack: LocalStack) -> None:
    sagemaker = stack.client("sagemaker")
    group = stack.outputs["model_package_group_names"]["depth"]
    digests = []
    for _ in range(2):
        assert _run(stack, "depth") == ""
        digests.append(edge_path.newest_version(sagemaker, "depth", group).metadata["zip_sha256"])
    assert digests[0] == digests[1]


def test_a_licence_outside_the_allowed_list_is_refused_by_name(stack: LocalStack) -> None:
    reason = _run(stack, "depth", AllowedLicences="MIT")
    for part in ("depth", "Apache-2.0", "allowed_licences"):
        assert part in reason


@pytest.mark.parametrize("revision", ["no-such-branch"])
def test_an_unknown_revision_is_named(stack: LocalStack, revision: str) -> None:
    reason = _run(stack, "depth", Revision=revision)
    assert revision in reason
    assert "onnx-community/depth-anything-v2-small" in reason
