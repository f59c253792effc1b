"""Spaces of Studio domains, which moto lacks."""

from __future__ import annotations

from typing import Any

from local_cloud.sagemaker.operations import Backend, Parameters, add_operation
from local_cloud.sagemaker.studio.domain_members import Members

SPACES = Members(
    kind="Space",
    settings="SpaceSettings",
    store="spaces",
    keeps=lambda app, member: app.is_in(member.domain_id, space=member.name),
)


def apply() -> None:
    """Add the operations."""
    for operation in (create_space, describe_space, list_spaces, delete_space):
        add_operation(operation)


def create_space(backend: Backend, get: Parameters) -> dict[str, Any]:
    """A name is taken once per domain."""
    return {"SpaceArn": SPACES.create(backend, get).arn}


def describe_space(backend: Backend, get: Parameters) -> dict[str, Any]:
    """All fields of one space."""
    return SPACES.describe(backend, get)


def list_spaces(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Spaces of one domain or of all."""
    return {"Spaces": SPACES.list(backend, get)}


def delete_space(backend: Backend, get: Parameters) -> None:
    """Delete one space; AWS refuses one with apps."""
    SPACES.delete(backend, get)
