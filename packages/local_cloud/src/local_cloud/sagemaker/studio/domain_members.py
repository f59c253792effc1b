"""What user profiles and spaces of Studio domains have in common; moto lacks both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound

from local_cloud import clock
from local_cloud.sagemaker.operations import Backend, Parameters, state
from local_cloud.sagemaker.studio import domains


@dataclass
class Member:
    """One profile or space."""

    domain_id: str
    name: str
    arn: str
    settings: dict[str, Any] | None
    tags: list[dict[str, str]]
    created: datetime = field(default_factory=clock.utcnow)


@dataclass(frozen=True)
class Members:
    """One kind of them.

    Parameters:
        kind: as parameters begin, such as `Space` of `SpaceName`.
        settings: name of the parameter with the settings.
        store: where they are kept, see `operations.state`.
        keeps: whether an app (first) keeps a member from being deleted.
        constants: further fields of a description.
    """

    kind: str
    settings: str
    store: str
    keeps: Callable[[Any, Member], bool]
    constants: Sequence[tuple[str, str]] = ()

    def create(self, backend: Backend, get: Parameters) -> Member:
        """A name is taken once per domain."""
        domain_id, name = get("DomainId"), get(f"{self.kind}Name")
        domains.existing(backend, domain_id)
        known = state(backend, self.store)
        if (domain_id, name) in known:
            raise ResourceInUseException(message=f"{self.kind} {name} already exists")
        path = f"{self.store.removesuffix('s').replace('_', '-')}/{domain_id}/{name}"
        arn = f"arn:aws:sagemaker:{backend.region_name}:{backend.account_id}:{path}"
        member = Member(domain_id, name, arn, get(self.settings), get("Tags") or [])
        known[domain_id, name] = member
        return member

    def list(self, backend: Backend, get: Parameters) -> list[dict[str, Any]]:
        """Summaries of one domain's or of all."""
        wanted = get("DomainIdEquals")
        members = state(backend, self.store).values()
        return [self._summary(item) for item in members if wanted in (None, item.domain_id)]

    def describe(self, backend: Backend, get: Parameters) -> dict[str, Any]:
        """All fields of one that are set."""
        member = self.existing(backend, get)
        answer = {
            **self._summary(member),
            f"{self.kind}Arn": member.arn,
            self.settings: member.settings,
            **dict(self.constants),
        }
        return {key: value for key, value in answer.items() if value is not None}

    def delete(self, backend: Backend, get: Parameters) -> None:
        """AWS refuses to delete one with apps."""
        member = self.existing(backend, get)
        if any(self.keeps(app, member) for app in state(backend, "apps").values()):
            raise ResourceInUseException(
                message=f"Unable to delete {self.kind}: it still has apps."
            )
        del state(backend, self.store)[member.domain_id, member.name]

    def existing(self, backend: Backend, get: Parameters) -> Member:
        """The one that a request names."""
        key = get("DomainId"), get(f"{self.kind}Name")
        member: Member | None = state(backend, self.store).get(key)
        if member is None:
            message = f"{self.kind} {key[0]}/{key[1]} does not exist. [RecordNotFound]"
            raise ResourceNotFound(message=message)
        return member

    def _summary(self, member: Member) -> dict[str, Any]:
        return {
            "DomainId": member.domain_id,
            f"{self.kind}Name": member.name,
            "Status": "InService",
            "CreationTime": member.created,
            "LastModifiedTime": member.created,
        }
