"""CreatePipeline, UpdatePipeline and DeletePipeline."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ConflictException, ValidationError
from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from local_cloud import clock
from local_cloud.sagemaker.aws_errors import error_details
from local_cloud.sagemaker.operations import Backend, state
from local_cloud.sagemaker.pipelines.engine.definition_checks import parse_definition
from local_cloud.sagemaker.pipelines.engine.errors import DefinitionError
from local_cloud.sagemaker.pipelines.engine.execution import FINAL_STATUSES
from local_cloud.sagemaker.pipelines.state import (
    executions,
    find_pipeline,
    require_role,
    role_clients,
)


def apply() -> None:
    """Apply the corrections of this module."""
    malformed_definitions_are_refused()
    repeated_creations_are_one()
    missing_pipelines_are_not_found()
    running_pipelines_are_not_deleted()


def malformed_definitions_are_refused() -> None:
    """AWS checks a definition when it is created or updated; moto took any text."""
    create, update = SageMakerModelBackend.create_pipeline, SageMakerModelBackend.update_pipeline

    def create_pipeline(self: Backend, **named: Any) -> Any:
        name = named["pipeline_name"]
        if name in self.pipelines:
            raise ValidationError(
                "Pipeline names must be unique within an AWS account and region. "
                f"Pipeline with name ({name}) already exists."
            )
        require_role(self, named["role_arn"])
        text = _definition_text(self, named, named["role_arn"])
        if text is None:
            raise ValidationError(
                "Either Pipeline Definition or Pipeline Definition S3 location should be provided"
            )
        _check(text)
        return create(
            self,
            **{**named, "pipeline_definition": text, "pipeline_definition_s3_location": None},
        )

    def update_pipeline(self: Backend, pipeline_name: str, **named: Any) -> str:
        pipeline = find_pipeline(self, pipeline_name)
        if named.get("role_arn"):
            require_role(self, named["role_arn"])
        text = _definition_text(self, named, named.get("role_arn") or pipeline.role_arn)
        if text is not None:
            _check(text)
        changes = {**named, "pipeline_definition": text, "pipeline_definition_s3_location": None}
        arn = update(self, pipeline.pipeline_name, **changes)
        pipeline.last_modified_time = clock.utcnow().replace(tzinfo=None)
        return str(arn)

    SageMakerModelBackend.create_pipeline = create_pipeline
    SageMakerModelBackend.update_pipeline = update_pipeline


def repeated_creations_are_one() -> None:
    """AWS takes a creation with the ClientRequestToken of the one before for its repetition."""
    create = SageMakerResponse.create_pipeline

    def create_pipeline(self: Any) -> ActionResult:
        backend, name = self.sagemaker_backend, self._get_param("PipelineName")
        token, tokens = self._get_param("ClientRequestToken"), state(backend, "pipeline_tokens")
        if token and name in backend.pipelines and tokens.get(name) == token:
            return ActionResult({"PipelineArn": backend.pipelines[name].arn})
        created = create(self)
        tokens[name] = token
        return created

    SageMakerResponse.create_pipeline = create_pipeline


def missing_pipelines_are_not_found() -> None:
    """AWS answers ResourceNotFound, which Terraform takes for gone, and accepts an ARN."""
    describe = SageMakerModelBackend.describe_pipeline

    def describe_pipeline(self: Backend, pipeline_name: str) -> Any:
        return describe(self, find_pipeline(self, pipeline_name).pipeline_name)

    SageMakerModelBackend.describe_pipeline = describe_pipeline


def running_pipelines_are_not_deleted() -> None:
    """AWS refuses while an execution runs, and deletes a pipeline's executions with it."""
    delete = SageMakerModelBackend.delete_pipeline

    def delete_pipeline(self: Backend, pipeline_name: str) -> str:
        pipeline = find_pipeline(self, pipeline_name)
        own = {
            arn: execution
            for arn, execution in executions(self).items()
            if execution.request.pipeline_arn == pipeline.arn
        }
        if any(execution.status not in FINAL_STATUSES for execution in own.values()):
            raise ConflictException(
                f"Pipeline {pipeline.pipeline_name} cannot be deleted because it has running "
                "executions. Stop them with StopPipelineExecution first."
            )
        arn = delete(self, pipeline.pipeline_name)
        for execution_arn in own:
            del executions(self)[execution_arn]
        return str(arn)

    SageMakerModelBackend.delete_pipeline = delete_pipeline


def _definition_text(backend: Backend, named: dict[str, Any], role_arn: str) -> str | None:
    text, location = named.get("pipeline_definition"), named.get("pipeline_definition_s3_location")
    if text and location:
        raise ValidationError(
            "Both Pipeline Definition and Pipeline Definition S3 Location shouldn't be present"
        )
    if not location:
        return text or None
    source = {"Bucket": location["Bucket"], "Key": location["ObjectKey"]}
    if location.get("VersionId"):
        source["VersionId"] = location["VersionId"]
    try:
        answer = role_clients(backend).client("s3", role_arn).get_object(**source)
    except ClientError as error:
        raise ValidationError(
            f"Unable to read the pipeline definition from S3. {error_details(error)}"
        ) from error
    return str(answer["Body"].read().decode())


def _check(text: str) -> None:
    try:
        parse_definition(text)
    except DefinitionError as error:
        raise ValidationError(str(error)) from error
