"""Spaces that people made in a Studio domain."""

from __future__ import annotations

from typing import Any

from teardown.errors import Busy
from teardown.kinds.pages import items

IN_PROGRESS = ("Deleting", "Pending", "Updating")


class StudioSpaces:
    """Every space of the domain."""

    title = "Studio space"

    def __init__(self, sagemaker: Any, domain_id: str) -> None:
        self._sagemaker, self._domain_id = sagemaker, domain_id
        self._statuses: dict[str, str] = {}

    def find(self) -> list[str]:
        listed = items(self._sagemaker, "list_spaces", "Spaces", DomainIdEquals=self._domain_id)
        self._statuses = {space["SpaceName"]: space["Status"] for space in listed}
        return list(self._statuses)

    def remove(self, name: str) -> None:
        if self._statuses[name] in IN_PROGRESS:
            raise Busy(f"is {self._statuses[name]}")
        self._sagemaker.delete_space(DomainId=self._domain_id, SpaceName=name)
