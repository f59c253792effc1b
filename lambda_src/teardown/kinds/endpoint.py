"""The navigation endpoint, which costs money by the hour."""

from __future__ import annotations

from typing import Any

from teardown.errors import Busy
from teardown.kinds.pages import items

IN_PROGRESS = ("Creating", "Deleting", "RollingBack", "SystemUpdating", "Updating")


class Endpoint:
    """The endpoint with exactly this name; one in progress is waited for."""

    title = "endpoint"

    def __init__(self, sagemaker: Any, name: str) -> None:
        self._sagemaker, self._name = sagemaker, name

    def find(self) -> list[str]:
        listed = items(self._sagemaker, "list_endpoints", "Endpoints", NameContains=self._name)
        return [self._name for item in listed if item["EndpointName"] == self._name]

    def remove(self, name: str) -> None:
        status = self._sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]
        if status in IN_PROGRESS:
            raise Busy(f"is {status}")
        self._sagemaker.delete_endpoint(EndpointName=name)
