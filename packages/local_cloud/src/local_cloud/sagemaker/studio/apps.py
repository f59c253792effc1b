"""Apps of Studio domains, which moto lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound

from local_cloud import clock
from local_cloud.sagemaker.operations import Backend, Parameters, add_operation, state
from local_cloud.sagemaker.studio import domains

TRANSITION_SECONDS = 1.0


@dataclass
class App:
    """One app of a user profile or a space; `describe` is the answer of DescribeApp."""

    domain_id: str
    profile: str | None
    space: str | None
    app_type: str
    name: str
    arn: str
    tags: list[dict[str, str]]
    created: datetime = field(default_factory=clock.utcnow)
    deleted_at: float | None = None

    @property
    def status(self) -> str:
        """InService, then Deleting for a moment, then Deleted."""
        if self.deleted_at is None:
            return "InService"
        return "Deleting" if clock.now() < self.deleted_at + TRANSITION_SECONDS else "Deleted"

    def is_in(
        self, domain_id: str, *, profile: str | None = None, space: str | None = None
    ) -> bool:
        """Whether the app keeps the profile or space from being deleted."""
        owner = (self.domain_id, self.profile, self.space)
        return owner == (domain_id, profile, space) and self.status != "Deleted"

    def describe(self) -> dict[str, Any]:
        """All fields that are set."""
        answer = {
            "DomainId": self.domain_id,
            "UserProfileName": self.profile,
            "SpaceName": self.space,
            "AppType": self.app_type,
            "AppName": self.name,
            "AppArn": self.arn,
            "Status": self.status,
            "CreationTime": self.created,
        }
        return {key: value for key, value in answer.items() if value is not None}


def apply() -> None:
    """Add the operations."""
    for operation in (create_app, describe_app, list_apps, delete_app):
        add_operation(operation)


def create_app(backend: Backend, get: Parameters) -> dict[str, Any]:
    """A name is taken once per owner and type, and free again after the deletion."""
    domains.existing(backend, get("DomainId"))
    key = _key(get)
    known = state(backend, "apps").get(key)
    if known is not None and known.status != "Deleted":
        raise ResourceInUseException(message=f"App {key[-1]} already exists")
    domain_id, profile, space, app_type, name = key
    owner = space or profile
    arn = (
        f"arn:aws:sagemaker:{backend.region_name}:{backend.account_id}:"
        f"app/{domain_id}/{owner}/{app_type}/{name}"
    )
    app = App(domain_id, profile, space, app_type, name, arn, get("Tags") or [])
    state(backend, "apps")[key] = app
    return {"AppArn": arn}


def describe_app(backend: Backend, get: Parameters) -> dict[str, Any]:
    """All fields of one app."""
    return _existing(backend, get).describe()


def list_apps(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Apps of one domain or of all; deleted ones stay listed for a day."""
    wanted = get("DomainIdEquals")
    apps = state(backend, "apps").values()
    hidden = "AppArn"
    return {
        "Apps": [
            {field: value for field, value in app.describe().items() if field != hidden}
            for app in apps
            if wanted in (None, app.domain_id)
        ]
    }


def delete_app(backend: Backend, get: Parameters) -> None:
    """Stop one app; it is Deleting for a moment."""
    app = _existing(backend, get)
    if app.status != "InService":
        raise ResourceInUseException(message=f"App {app.name} is {app.status}")
    app.deleted_at = clock.now()


def _key(get: Parameters) -> tuple[str, str | None, str | None, str, str]:
    return (
        get("DomainId"),
        get("UserProfileName"),
        get("SpaceName"),
        get("AppType"),
        get("AppName"),
    )


def _existing(backend: Backend, get: Parameters) -> App:
    key = _key(get)
    app: App | None = state(backend, "apps").get(key)
    if app is None:
        raise ResourceNotFound(message=f"App {key[-1]} does not exist. [RecordNotFound]")
    return app
