"""Models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend

from local_cloud.sagemaker.operations import Backend, Parameters, add_operation
from local_cloud.sagemaker.pipelines.paging import created_between, page


def apply() -> None:
    """Apply the corrections of this module."""
    models_are_filtered_and_paged()
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
