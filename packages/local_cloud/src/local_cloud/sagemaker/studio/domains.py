"""Studio domains."""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound
from moto.sagemaker.models import SageMakerModelBackend

from local_cloud.sagemaker.operations import Backend, Parameters, add_operation, state
from local_cloud.sagemaker.studio import domain_network

_UPDATABLE = {
    "DefaultUserSettings": "default_user_settings",
    "DefaultSpaceSettings": "default_space_settings",
    "SubnetIds": "subnet_ids",
}


def apply() -> None:
    """Apply the corrections of this module."""
    creating_makes_a_file_system_and_answers_the_identifier()
    descriptions_are_complete()
    deleting_needs_an_empty_domain()
    add_operation(update_domain)


def creating_makes_a_file_system_and_answers_the_identifier() -> None:
    """AWS answers DomainId, the only thing Terraform reads, and makes a file system with groups.

    moto answered ARN and URL alone and made nothing.
    """
    original = SageMakerModelBackend.create_domain

    def create_domain(self: Backend, **named: Any) -> dict[str, Any]:
        answer = original(self, **{**named, "tags": named.get("tags") or []})
        domain = next(d for d in self.domains.values() if d.arn == answer["DomainArn"])
        scope = self.account_id, self.region_name
        domain.home_efs_file_system_id = domain_network.create(*scope, domain)
        return {**answer, "DomainId": domain.id}

    SageMakerModelBackend.create_domain = create_domain


def descriptions_are_complete() -> None:
    """AWS answers TagPropagation and an address, leaves empty values out, says `does not exist`."""

    def describe_domain(self: Backend, domain_id: str) -> dict[str, Any]:
        values = {
            "TagPropagation": "DISABLED",
            **existing(self, domain_id).describe(),
            "Url": f"https://{domain_id}.studio.{self.region_name}.sagemaker.aws",
        }
        return {key: value for key, value in values.items() if value not in (None, "")}

    SageMakerModelBackend.describe_domain = describe_domain


def deleting_needs_an_empty_domain() -> None:
    """AWS refuses to delete a domain with user profiles or spaces; moto deleted it.

    The file system goes only when the retention policy says so; the NFS groups always stay.
    """
    original = SageMakerModelBackend.delete_domain

    def delete_domain(self: Backend, domain_id: str, retention_policy: Any = None) -> Any:
        domain = existing(self, domain_id)
        for kind in ("user profiles", "spaces"):
            if any(owner == domain_id for owner, _ in state(self, kind.replace(" ", "_"))):
                raise ResourceInUseException(
                    message=f"Unable to delete Domain: it still has {kind}."
                )
        answer = original(self, domain_id, retention_policy)
        if (retention_policy or {}).get("HomeEfsFileSystem") == "Delete":
            scope = self.account_id, self.region_name
            domain_network.delete_file_system(*scope, domain.home_efs_file_system_id)
        return answer

    SageMakerModelBackend.delete_domain = delete_domain


def update_domain(backend: Backend, get: Parameters) -> dict[str, Any]:
    """AWS changes default settings in place; moto lacks it."""
    domain = existing(backend, get("DomainId"))
    for parameter, attribute in _UPDATABLE.items():
        if get(parameter) is not None:
            setattr(domain, attribute, get(parameter))
    return {"DomainArn": domain.arn}


def existing(backend: Backend, domain_id: str) -> Any:
    """The domain, or the error AWS answers."""
    if domain_id not in backend.domains:
        raise ResourceNotFound(message=f"Domain [{domain_id}] does not exist. [RecordNotFound]")
    return backend.domains[domain_id]
