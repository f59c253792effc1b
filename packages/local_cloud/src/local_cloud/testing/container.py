"""A release in the stand-in for a container of the inference image, without an endpoint."""

from local_cloud.sagemaker.endpoints.instances.answer import Invocation
from local_cloud.sagemaker.endpoints.instances.errors import (
    WorkerEndedError as ContainerEndedError,
    WorkerTimeoutError as ContainerTimeoutError,
)
from local_cloud.sagemaker.endpoints.instances.worker import Worker as Container

__all__ = ["Container", "ContainerEndedError", "ContainerTimeoutError", "Invocation"]
