"""Versions in the stack's model package groups, which keep a group from being deleted."""

from __future__ import annotations

from typing import Any

from teardown.kinds.pages import items


class Versions:
    """Every version in the groups with exactly these names."""

    title = "model package"

    def __init__(self, sagemaker: Any, groups: tuple[str, ...]) -> None:
        self._sagemaker, self._groups = sagemaker, groups

    def find(self) -> list[str]:
        existing = {
            group["ModelPackageGroupName"]
            for group in items(
                self._sagemaker, "list_model_package_groups", "ModelPackageGroupSummaryList"
            )
        }
        return [
            version["ModelPackageArn"]
            for group in self._groups
            if group in existing
            for version in items(
                self._sagemaker,
                "list_model_packages",
                "ModelPackageSummaryList",
                ModelPackageGroupName=group,
            )
        ]

    def remove(self, name: str) -> None:
        self._sagemaker.delete_model_package(ModelPackageName=name)
