"""Models that the navigation controller or its operators made."""

from __future__ import annotations

from typing import Any

from teardown.kinds.ownership import is_ours
from teardown.kinds.pages import items
from teardown.settings import Stack


class Models:
    """Models of the stack, by derived name or tag."""

    title = "model"

    def __init__(self, sagemaker: Any, stack: Stack) -> None:
        self._sagemaker, self._stack = sagemaker, stack

    def find(self) -> list[str]:
        listed = items(self._sagemaker, "list_models", "Models", NameContains=self._stack.name)
        return [
            item["ModelName"]
            for item in listed
            if is_ours(self._sagemaker, self._stack, item["ModelName"], item["ModelArn"])
        ]

    def remove(self, name: str) -> None:
        self._sagemaker.delete_model(ModelName=name)
