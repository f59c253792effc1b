"""Finding an endpoint and checking that its status allows a change."""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpoint

from local_cloud.sagemaker.operations import Backend

_UPDATABLE = ("InService", "UpdateRollbackFailed")
_DELETABLE = (*_UPDATABLE, "Failed")


def find(backend: Backend, name: str) -> Any:
    """moto's endpoint; raises ValidationError as AWS words it."""
    if name not in backend.endpoints:
        arn = FakeEndpoint.arn_formatter(name, backend.account_id, backend.region_name)
        raise ValidationError(f'Could not find endpoint "{arn}".')
    return backend.endpoints[name]


def require_updatable(endpoint: Any) -> None:
    """Raise ValidationError unless the endpoint may be updated or scaled."""
    status = endpoint.endpoint_status
    if status == "Failed":
        raise ValidationError(
            f'Cannot update failed endpoint "{endpoint.arn}". It can only be deleted.'
        )
    if status not in _UPDATABLE:
        raise _in_progress(endpoint)


def require_deletable(endpoint: Any) -> None:
    """Raise ValidationError while the endpoint is in progress."""
    if endpoint.endpoint_status not in _DELETABLE:
        raise _in_progress(endpoint)


def _in_progress(endpoint: Any) -> ValidationError:
    return ValidationError(f'Cannot update in-progress endpoint "{endpoint.arn}".')
