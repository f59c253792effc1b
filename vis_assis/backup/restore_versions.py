"""The part of `make restore` that registers saved versions."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vis_assis.aws.cloud import Cloud
from vis_assis.backup.manifest import SavedModel

Report = Callable[[str], None]


@dataclass(frozen=True)
class Approved:
    """An approved version of the stack that is restored to."""

    number: int
    sha256: str
    changed_at: datetime

    def holds(self, saved: SavedModel) -> bool:
        """Whether it has the bytes of the saved one."""
        return self.sha256 == saved.file.sha256


class Versions:
    """Versions in the groups of a deployed stack.

    Args:
        cloud: the account.
        bucket: where artifacts go.
        folder: the backup's.
        report: told of what is restored.
    """

    def __init__(self, cloud: Cloud, bucket: str, folder: Path, report: Report) -> None:
        self._s3, self._sagemaker = cloud.client("s3"), cloud.client("sagemaker")
        self._bucket, self._folder, self._report = bucket, folder, report

    def register(self, saved: list[SavedModel], group: str, *, anew: bool) -> None:
        """Registers versions of one type, in their order.

        Args:
            saved: the versions.
            group: the type's group.
            anew: whether the last has to be approved now, to win over an upload by hand.
        """
        approved = self.approved(group)
        *earlier, last = sorted(saved, key=lambda model: model.version)
        after = 0
        for model in earlier:
            after = next(
                (v.number for v in approved if v.number > after and v.holds(model)), None
            ) or self._register(model, group)
        # The last one counts only above all others: its bytes may be those of an earlier version.
        newest = approved[-1] if approved else None
        is_there = newest is not None and newest.number > after and newest.holds(last)
        if not is_there or anew:
            self._register(last, group)
        else:
            self._report(f"{last.model_type} version {last.version} is there already")

    def _register(self, saved: SavedModel, group: str) -> int:
        """Registers and approves a version; its number."""
        file = saved.file.below(self._folder)
        key = f"restored/{saved.model_type}/{saved.file.sha256[:16]}/{file.name}"
        self._s3.upload_file(str(file), self._bucket, key)
        specification = copy.deepcopy(saved.specification)
        source = specification["Containers"][0]["ModelDataSource"]["S3DataSource"]
        source["S3Uri"] = f"s3://{self._bucket}/{key}"
        for answered_only in ("ETag", "ManifestEtag"):
            source.pop(answered_only, None)
        described = {"ModelPackageDescription": saved.description} if saved.description else {}
        answer = self._sagemaker.create_model_package(
            ModelPackageGroupName=group,
            ModelApprovalStatus="Approved",
            CustomerMetadataProperties={**saved.metadata, "zip_sha256": saved.file.sha256},
            InferenceSpecification=specification,
            **described,
        )
        number = int(answer["ModelPackageArn"].rsplit("/", 1)[-1])
        self._report(f"{saved.model_type} version {saved.version} is now {number}, approved")
        return number

    def approved(self, group: str) -> list[Approved]:
        """The group's approved versions, the highest last."""
        pages = self._sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=group, ModelApprovalStatus="Approved"
        )
        packages = (
            self._sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
            for page in pages
            for summary in page["ModelPackageSummaryList"]
        )
        found = (
            Approved(
                number=package["ModelPackageVersion"],
                sha256=package.get("CustomerMetadataProperties", {}).get("zip_sha256", ""),
                changed_at=package.get("LastModifiedTime") or package["CreationTime"],
            )
            for package in packages
        )
        return sorted(found, key=lambda version: version.number)
