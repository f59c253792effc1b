"""Operations on pipeline executions."""

from __future__ import annotations

import time
from typing import Any

from moto.sagemaker.exceptions import ConflictException, ValidationError

from local_cloud import clock
from local_cloud.sagemaker.operations import Backend, Parameters, add_operation
from local_cloud.sagemaker.pipelines.answers import execution_answer, execution_summary, step_answer
from local_cloud.sagemaker.pipelines.engine.definition_checks import parse_definition
from local_cloud.sagemaker.pipelines.engine.errors import ParameterError
from local_cloud.sagemaker.pipelines.engine.execution import PipelineExecution
from local_cloud.sagemaker.pipelines.engine.execution_request import (
    DEFAULT_PARALLEL_STEPS,
    ExecutionRequest,
)
from local_cloud.sagemaker.pipelines.engine.parameters import resolve_parameters
from local_cloud.sagemaker.pipelines.events import observer, start_publishing
from local_cloud.sagemaker.pipelines.paging import created_between, page
from local_cloud.sagemaker.pipelines.state import (
    executions,
    find_execution,
    find_pipeline,
    new_execution_id,
    require_role,
    role_clients,
)


def apply() -> None:
    """Serve the operations of this module; moto's executions succeed without running."""
    start_publishing()
    for operation in (
        start_pipeline_execution,
        stop_pipeline_execution,
        retry_pipeline_execution,
        describe_pipeline_execution,
        describe_pipeline_definition_for_execution,
        list_pipeline_executions,
        list_pipeline_execution_steps,
        list_pipeline_parameters_for_execution,
    ):
        add_operation(operation)


def start_pipeline_execution(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Run the definition as it is now; the same ClientRequestToken starts only once."""
    pipeline = find_pipeline(backend, get("PipelineName"))
    for unsupported in ("SelectiveExecutionConfig", "PipelineVersionId"):
        if get(unsupported):
            raise ValidationError(f"{unsupported} is not emulated by the local cloud.")
    token = get("ClientRequestToken") or ""
    for known in executions(backend).values():
        same_pipeline = known.request.pipeline_arn == pipeline.arn
        if token and same_pipeline and known.request.client_request_token == token:
            return {"PipelineExecutionArn": known.request.arn}
    require_role(backend, pipeline.role_arn)
    definition = parse_definition(pipeline.pipeline_definition)
    request = _request(pipeline, get, token)
    try:
        parameters = resolve_parameters(definition.parameters, request.passed)
    except ParameterError as error:
        raise ValidationError(str(error)) from error
    execution = PipelineExecution(
        request=request,
        definition=definition,
        parameters=parameters,
        clients=role_clients(backend),
        observe=observer(backend),
        now=clock.utcnow,
    )
    executions(backend)[request.arn] = execution
    pipeline.last_execution_time = execution.start_time.replace(tzinfo=None)
    execution.start()
    return {"PipelineExecutionArn": request.arn}


def stop_pipeline_execution(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Stop running steps and start no more; refused once the execution has ended."""
    execution = find_execution(backend, get("PipelineExecutionArn"))
    if execution.status not in ("Executing", "Stopping"):
        raise ConflictException(
            f"Pipeline execution {execution.request.arn} is in status {execution.status}: "
            "only executions in status Executing can be stopped."
        )
    execution.stop()
    return {"PipelineExecutionArn": execution.request.arn}


def retry_pipeline_execution(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Run what failed or was stopped again, in the same execution."""
    execution = find_execution(backend, get("PipelineExecutionArn"))
    if execution.status not in ("Failed", "Stopped"):
        raise ValidationError(
            f"Pipeline execution {execution.request.arn} is in status {execution.status}: "
            "only executions in status Failed or Stopped can be retried."
        )
    execution.retry()
    return {"PipelineExecutionArn": execution.request.arn}


def describe_pipeline_execution(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Status and identity of an execution."""
    return execution_answer(find_execution(backend, get("PipelineExecutionArn")))


def describe_pipeline_definition_for_execution(backend: Backend, get: Parameters) -> dict[str, Any]:
    """The definition that the execution runs, whatever the pipeline's is by now."""
    execution = find_execution(backend, get("PipelineExecutionArn"))
    return {
        "PipelineDefinition": execution.request.definition_text,
        "CreationTime": execution.start_time,
    }


def list_pipeline_executions(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Executions of a pipeline, newest first unless asked otherwise."""
    pipeline = find_pipeline(backend, get("PipelineName"))
    own = [e for e in executions(backend).values() if e.request.pipeline_arn == pipeline.arn]
    found = created_between(own, lambda e: e.start_time, get("CreatedAfter"), get("CreatedBefore"))
    if get("SortBy") == "PipelineExecutionArn":
        found.sort(key=lambda execution: execution.request.arn)
    else:
        found.sort(key=lambda execution: execution.start_time)
    if get("SortOrder") != "Ascending":
        found.reverse()
    return page([execution_summary(e) for e in found], get, "PipelineExecutionSummaries")


def list_pipeline_execution_steps(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Steps that have been started, newest first unless asked otherwise."""
    records = list(find_execution(backend, get("PipelineExecutionArn")).records)
    if get("SortOrder") != "Ascending":
        records.reverse()
    return page([step_answer(record) for record in records], get, "PipelineExecutionSteps")


def list_pipeline_parameters_for_execution(backend: Backend, get: Parameters) -> dict[str, Any]:
    """The parameters that were passed at the start."""
    passed = find_execution(backend, get("PipelineExecutionArn")).request.passed
    items = [{"Name": name, "Value": value} for name, value in passed.items()]
    return page(items, get, "PipelineParameters")


def _request(pipeline: Any, get: Parameters, token: str) -> ExecutionRequest:
    parallelism = get("ParallelismConfiguration") or pipeline.parallelism_configuration or {}
    return ExecutionRequest(
        arn=f"{pipeline.arn}/execution/{new_execution_id()}",
        display_name=get("PipelineExecutionDisplayName") or f"execution-{time.time_ns() // 10**6}",
        description=get("PipelineExecutionDescription"),
        client_request_token=token,
        role_arn=pipeline.role_arn,
        definition_text=pipeline.pipeline_definition,
        passed={item["Name"]: item["Value"] for item in get("PipelineParameters") or []},
        max_parallel_steps=parallelism.get("MaxParallelExecutionSteps", DEFAULT_PARALLEL_STEPS),
    )
