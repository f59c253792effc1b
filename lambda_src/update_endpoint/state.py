"""What a run sees and decides on: the endpoint, the upload, a deployment."""

from __future__ import annotations

from dataclasses import dataclass

MISSING = "Missing"
"""Our word for an endpoint that does not exist; the others are SageMaker's."""
IN_SERVICE = "InService"
ENDPOINT_FAILED = "Failed"
UPDATE_ROLLBACK_FAILED = "UpdateRollbackFailed"
IN_PROGRESS = frozenset({"Creating", "Updating", "RollingBack", "SystemUpdating", "Deleting"})


@dataclass(frozen=True)
class Endpoint:
    """The endpoint as described.

    Parameters:
        config: endpoint config in service (or being created).
        pending: endpoint config that an update under way will bring, "" without one.
        reason: SageMaker's FailureReason.
        created: CreationTime in ISO 8601; tells one endpoint from the next of the same name.
        image: digest of the container image that runs, as far as SageMaker says.
    """

    status: str
    config: str = ""
    pending: str = ""
    reason: str = ""
    created: str = ""
    image: str = ""


@dataclass(frozen=True)
class Deployment:
    """One release under the present settings: what the endpoint should serve.

    Parameters:
        release: release id, see `names.release_id`.
        version_id: version of the upload that asked for it.
        size: bytes of the archive.
    """

    release: str
    version_id: str
    size: int
    model: str
    config: str
