"""The environment that a processing job's command starts with: the container's, nothing more."""

from __future__ import annotations

from collections.abc import Mapping

from local_cloud.sagemaker.clients import RoleClients
from local_cloud.sagemaker.processing.job_folder import JobFolder


def job_environment(
    folder: JobFolder,
    clients: RoleClients,
    role_arn: str,
    step_environment: Mapping[str, str],
    hub_url: str,
) -> dict[str, str]:
    """Variables of a job.

    The role's credentials and the endpoint stand in for the container's credential provider and
    the network; ``hub_url`` (empty for none) stands in for the Hugging Face hub on it.
    """
    environment = {
        "PATH": f"{folder.commands}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder.home),
        "TMPDIR": str(folder.temporary),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": clients.region,
        "AWS_DEFAULT_REGION": clients.region,
        "AWS_ENDPOINT_URL": clients.endpoint_url,
        "NO_PROXY": "127.0.0.1,localhost",
        **clients.credentials(role_arn).environment(),
    }
    if hub_url:
        environment["HF_ENDPOINT"] = hub_url
    return {**environment, **step_environment}
