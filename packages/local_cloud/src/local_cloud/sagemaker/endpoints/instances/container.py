"""What one instance of a variant runs, and the environment that its process starts with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local_cloud.sagemaker.clients import RoleClients
from local_cloud.sagemaker.endpoints.instances.artifact import Artifact

# InvokeEndpoint gives a container this long to answer.
INVOCATION_SECONDS = 60.0


@dataclass(frozen=True)
class Container:
    """A model on a variant.

    Parameters:
        role_arn: execution role; its credentials are the container's.
        artifact: model data, None for an image that brings everything.
        environment: the model's own variables.
        startup_seconds: time until `/ping` must have answered 200.
        isolated: network isolation: the container gets no credentials.
    """

    role_arn: str
    artifact: Artifact | None
    environment: Mapping[str, str] = field(default_factory=dict)
    startup_seconds: float = 600
    isolated: bool = False


def process_environment(
    container: Container, clients: RoleClients, folder: Path, model_dir: Path
) -> dict[str, str]:
    """Variables of a worker; the model's own win, as in a container."""
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_PROXY": "127.0.0.1,localhost",
        "AWS_REGION": clients.region,
        "AWS_DEFAULT_REGION": clients.region,
        "SM_MODEL_DIR": str(model_dir),
        "SM_NUM_CPUS": "1",
        "SM_NUM_GPUS": "0",
        "SM_CURRENT_HOST": "algo-1",
        "SM_HOSTS": '["algo-1"]',
    }
    if not container.isolated:
        environment["AWS_ENDPOINT_URL"] = clients.endpoint_url
        environment.update(clients.credentials(container.role_arn).environment())
    return {**environment, **container.environment, "SM_MODEL_DIR": str(model_dir)}
