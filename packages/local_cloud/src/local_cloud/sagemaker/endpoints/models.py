"""Models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend

from local_cloud.iam.identity import UnknownRoleError
from local_cloud.sagemaker.endpoints.instances.artifact import Artifact, artifact_of
from local_cloud.sagemaker.operations import Backend, Parameters, add_operation
from local_cloud.sagemaker.pipelines.paging import created_between, page
from local_cloud.sagemaker.pipelines.state import role_clients
from local_cloud.sagemaker.s3_uri import split_s3_uri


def apply() -> None:
    """Apply the corrections of this module."""
    models_are_filtered_and_paged()
    model_data_must_be_readable()
    names_are_taken_once()


def models_are_filtered_and_paged() -> None:
    """AWS filters, orders (newest first by default) and pages models; moto answered all of them."""
    add_operation(list_models)


def names_are_taken_once() -> None:
    """AWS refuses to create a model whose name is taken; moto replaced it.

    https://github.com/astronomer/astronomer-providers/issues/1055 (an answer of AWS)
    """
    original = SageMakerModelBackend.create_model

    def create_model(self: Backend, **named: Any) -> Any:
        taken = self._models.get(named["model_name"])
        if taken:
            raise ValidationError(f'Cannot create already existing model "{taken.arn}".')
        return original(self, **named)

    SageMakerModelBackend.create_model = create_model


def model_data_must_be_readable() -> None:
    """AWS looks for the model data as the execution role and refuses a model without; moto did not.

    https://github.com/aws/aws-step-functions-data-science-sdk-python/issues/61 (not found) and
    https://github.com/philschmid/llm-sagemaker-sample/issues/2 (no access), both answers of AWS
    """
    original = SageMakerModelBackend.create_model

    def create_model(self: Backend, **named: Any) -> Any:
        primary = named.get("primary_container")
        for container in [primary] if primary else named.get("containers") or []:
            if artifact := artifact_of(container):
                _require_readable(self, artifact, named["execution_role_arn"])
        return original(self, **named)

    SageMakerModelBackend.create_model = create_model


def _require_readable(backend: Backend, artifact: Artifact, role_arn: str) -> None:
    bucket, key = split_s3_uri(artifact.uri)
    try:
        s3 = role_clients(backend).client("s3", role_arn)
        if artifact.whole_prefix:
            found = s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)["KeyCount"] > 0
        else:
            found = bool(s3.head_object(Bucket=bucket, Key=key))
    except (ClientError, UnknownRoleError, ValueError) as error:
        found = False
        status = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status != 404:
            raise ValidationError(
                f"Could not access model data at {artifact.uri}. Please ensure that the role "
                f'"{role_arn}" exists and that its trust relationship policy allows the action '
                '"sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure '
                'that the role has "s3:GetObject" permissions and that the object is located in '
                f"{backend.region_name}. If your Model uses multiple models or uncompressed "
                'models, please ensure that the role has "s3:ListBucket" permission.'
            ) from error
    if not found:
        raise ValidationError(f"Could not find model data at {artifact.uri}.")


def list_models(backend: Backend, get: Parameters) -> dict[str, Any]:
    """ListModels: summaries whose name and time of creation fit."""
    fitting = created_between(
        [
            model
            for model in backend.list_models()
            if (get("NameContains") or "") in model.model_name
        ],
        _created,
        get("CreationTimeAfter"),
        get("CreationTimeBefore"),
    )
    order = _name if get("SortBy") == "Name" else _created
    fitting.sort(key=order, reverse=get("SortOrder") != "Ascending")
    summaries = [
        {"ModelName": model.model_name, "ModelArn": model.arn, "CreationTime": model.creation_time}
        for model in fitting
    ]
    return page(summaries, get, "Models")


def _name(model: Any) -> str:
    return str(model.model_name)


def _created(model: Any) -> datetime:
    created: datetime = model.creation_time
    return created if created.tzinfo else created.replace(tzinfo=UTC)
