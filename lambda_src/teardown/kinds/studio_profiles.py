"""User profiles of a Studio domain, those that people added in the console included."""

from __future__ import annotations

from typing import Any

from teardown.errors import Busy
from teardown.kinds.pages import items

IN_PROGRESS = ("Deleting", "Pending", "Updating")


class StudioProfiles:
    """Every user profile of the domain."""

    title = "Studio user profile"

    def __init__(self, sagemaker: Any, domain_id: str) -> None:
        self._sagemaker, self._domain_id = sagemaker, domain_id
        self._statuses: dict[str, str] = {}

    def find(self) -> list[str]:
        listed = items(
            self._sagemaker, "list_user_profiles", "UserProfiles", DomainIdEquals=self._domain_id
        )
        self._statuses = {item["UserProfileName"]: item["Status"] for item in listed}
        return list(self._statuses)

    def remove(self, name: str) -> None:
        if self._statuses[name] in IN_PROGRESS:
            raise Busy(f"is {self._statuses[name]}")
        self._sagemaker.delete_user_profile(DomainId=self._domain_id, UserProfileName=name)
