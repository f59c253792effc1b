"""User profiles of Studio domains, which moto lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound

from local_cloud import clock
from local_cloud.services.sagemaker import domains
from local_cloud.services.sagemaker.operations import Backend, Parameters, add_operation, state


@dataclass
class UserProfile:
    """One profile; `describe` is the answer of DescribeUserProfile."""

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
            "UserProfileName": self.name,
            "Status": "InService",
            "CreationTime": self.created,
            "LastModifiedTime": self.created,
        }

    def describe(self) -> dict[str, Any]:
        """All fields that are set."""
        answer = {
            **self.summary(),
            "UserProfileArn": self.arn,
            "HomeEfsFileSystemUid": "200005",
            "UserSettings": self.settings,
        }
        return {key: value for key, value in answer.items() if value is not None}


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
    domain_id, name = get("DomainId"), get("UserProfileName")
    domains.existing(backend, domain_id)
    profiles = state(backend, "user_profiles")
    if (domain_id, name) in profiles:
        raise ResourceInUseException(message=f"UserProfile {name} already exists")
    arn = (
        f"arn:aws:sagemaker:{backend.region_name}:{backend.account_id}:"
        f"user-profile/{domain_id}/{name}"
    )
    profiles[domain_id, name] = UserProfile(
        domain_id, name, arn, get("UserSettings"), get("Tags") or []
    )
    return {"UserProfileArn": arn}


def describe_user_profile(backend: Backend, get: Parameters) -> dict[str, Any]:
    """All fields of one profile."""
    return _existing(backend, get).describe()


def list_user_profiles(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Profiles of one domain or of all."""
    wanted = get("DomainIdEquals")
    profiles = state(backend, "user_profiles").values()
    return {"UserProfiles": [p.summary() for p in profiles if wanted in (None, p.domain_id)]}


def update_user_profile(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Replace the settings."""
    profile = _existing(backend, get)
    profile.settings = get("UserSettings") or profile.settings
    return {"UserProfileArn": profile.arn}


def delete_user_profile(backend: Backend, get: Parameters) -> None:
    """Delete one profile; AWS refuses one with apps."""
    profile = _existing(backend, get)
    apps = state(backend, "apps").values()
    if any(app.is_in(profile.domain_id, profile=profile.name) for app in apps):
        raise ResourceInUseException(message="Unable to delete UserProfile: it still has apps.")
    del state(backend, "user_profiles")[profile.domain_id, profile.name]


def _existing(backend: Backend, get: Parameters) -> UserProfile:
    key = get("DomainId"), get("UserProfileName")
    profile: UserProfile | None = state(backend, "user_profiles").get(key)
    if profile is None:
        raise ResourceNotFound(
            message=f"UserProfile {key[0]}/{key[1]} does not exist. [RecordNotFound]"
        )
    return profile
