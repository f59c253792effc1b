"""Spaces of Studio domains, which moto lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound

from local_cloud import clock
from local_cloud.services.sagemaker import domains
from local_cloud.services.sagemaker.operations import Backend, Parameters, add_operation, state


@dataclass
class Space:
    """One space; `describe` is the answer of DescribeSpace."""

    domain_id: str
    name: str
    arn: str
    settings: dict[str, Any] | None
    tags: list[dict[str, str]]
    created: datetime = field(default_factory=clock.utcnow)

    def summary(self) -> dict[str, Any]:
        """The entry in a list."""
        return {
            "DomainId": self.domain_id,
            "SpaceName": self.name,
            "Status": "InService",
            "CreationTime": self.created,
            "LastModifiedTime": self.created,
        }

    def describe(self) -> dict[str, Any]:
        """All fields that are set."""
        answer = {**self.summary(), "SpaceArn": self.arn, "SpaceSettings": self.settings}
        return {key: value for key, value in answer.items() if value is not None}


def apply() -> None:
    """Add the operations."""
    for operation in (create_space, describe_space, list_spaces, delete_space):
        add_operation(operation)


def create_space(backend: Backend, get: Parameters) -> dict[str, Any]:
    """A name is taken once per domain."""
    domain_id, name = get("DomainId"), get("SpaceName")
    domains.existing(backend, domain_id)
    spaces = state(backend, "spaces")
    if (domain_id, name) in spaces:
        raise ResourceInUseException(message=f"Space {name} already exists")
    arn = f"arn:aws:sagemaker:{backend.region_name}:{backend.account_id}:space/{domain_id}/{name}"
    spaces[domain_id, name] = Space(domain_id, name, arn, get("SpaceSettings"), get("Tags") or [])
    return {"SpaceArn": arn}


def describe_space(backend: Backend, get: Parameters) -> dict[str, Any]:
    """All fields of one space."""
    return _existing(backend, get).describe()


def list_spaces(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Spaces of one domain or of all."""
    wanted = get("DomainIdEquals")
    spaces = state(backend, "spaces").values()
    return {"Spaces": [space.summary() for space in spaces if wanted in (None, space.domain_id)]}


def delete_space(backend: Backend, get: Parameters) -> None:
    """Delete one space; AWS refuses one with apps."""
    space = _existing(backend, get)
    if any(app.is_in(space.domain_id, space=space.name) for app in state(backend, "apps").values()):
        raise ResourceInUseException(message="Unable to delete Space: it still has apps.")
    del state(backend, "spaces")[space.domain_id, space.name]


def _existing(backend: Backend, get: Parameters) -> Space:
    key = get("DomainId"), get("SpaceName")
    space: Space | None = state(backend, "spaces").get(key)
    if space is None:
        raise ResourceNotFound(message=f"Space {key[0]}/{key[1]} does not exist. [RecordNotFound]")
    return space
