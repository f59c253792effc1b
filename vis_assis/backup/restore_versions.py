"""The part of `make restore` that registers saved versions."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

from vis_assis.aws import registry
from vis_assis.aws.cloud import Cloud
from vis_assis.aws.registry import Version
from vis_assis.backup.manifest import SavedModel

Report = Callable[[str], None]


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
            same = (v.version for v in approved if v.sha256 == model.file.sha256)
            found = next((number for number in same if number > after), None)
            after = found or self._register(model, group)
        # The last one counts only above all others: its bytes may be those of an earlier version.
        newest = approved[-1] if approved else None
        is_there = newest and newest.version > after and newest.sha256 == last.file.sha256
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

    def approved(self, group: str) -> list[Version]:
        """The group's approved versions, the highest last."""
        there = registry.versions(self._sagemaker, group)
        return sorted((v for v in there if v.approval == "Approved"), key=lambda v: v.version)
