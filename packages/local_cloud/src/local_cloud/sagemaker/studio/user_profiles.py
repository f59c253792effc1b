"""User profiles of Studio domains, which moto lacks."""

from __future__ import annotations

from typing import Any

from local_cloud.sagemaker.operations import Backend, Parameters, add_operation
from local_cloud.sagemaker.studio.domain_members import Members

PROFILES = Members(
    kind="UserProfile",
    settings="UserSettings",
    store="user_profiles",
    keeps=lambda app, member: app.is_in(member.domain_id, profile=member.name),
    constants=[("HomeEfsFileSystemUid", "200005")],
)


def apply() -> None:
    """Add the operations."""
    for operation in (
        create_user_profile,
        describe_user_profile,
        list_user_profiles,
        update_user_profile,
        delete_user_profile,
    ):
        add_operation(operation)


def create_user_profile(backend: Backend, get: Parameters) -> dict[str, Any]:
    """A name is taken once per domain."""
    return {"UserProfileArn": PROFILES.create(backend, get).arn}


def describe_user_profile(backend: Backend, get: Parameters) -> dict[str, Any]:
    """All fields of one profile."""
    return PROFILES.describe(backend, get)


def list_user_profiles(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Profiles of one domain or of all."""
    return {"UserProfiles": PROFILES.list(backend, get)}


def update_user_profile(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Replace the settings."""
    profile = PROFILES.existing(backend, get)
    profile.settings = get("UserSettings") or profile.settings
    return {"UserProfileArn": profile.arn}


def delete_user_profile(backend: Backend, get: Parameters) -> None:
    """Delete one profile; AWS refuses one with apps."""
    PROFILES.delete(backend, get)
