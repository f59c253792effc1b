"""`make restore`: brings a backup's models and releases into a deployed stack."""

from __future__ import annotations

import base64
import copy
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tooling import navigation
from tooling.backup_manifest import BackupError, Manifest, SavedModel, SavedRelease, SavedUpload
from tooling.cloud import Cloud, is_not_found

Report = Callable[[str], None]
# Hand-overs compare by the second, and an approval wins over an upload of the same one.
SECONDS_AFTER_APPROVALS = 2


def restore(cloud: Cloud, outputs: Mapping[str, Any], folder: Path, report: Report) -> Manifest:
    """Registers and approves the saved versions in their order; the newest then is promoted.

    What is there already, by its sha256, is left alone: running it twice is harmless.

    Args:
        cloud: the account.
        outputs: the stack's.
        folder: a complete backup.
        report: told of what is restored.

    Raises:
        BackupError: when the backup is damaged, or knows a model that the stack does not.
    """
    manifest = Manifest.read(folder)
    groups = outputs["model_package_group_names"]
    types = {saved.model_type for saved in manifest.models}
    unknown = (types | {saved.model_type for saved in manifest.uploads}) - set(groups)
    if unknown:
        raise BackupError(f"the stack has no model {', '.join(sorted(unknown))}: see models.yaml")
    manifest.check_files(folder)
    restoring = _Restoring(cloud, outputs, folder, report)
    for saved in sorted(manifest.models, key=lambda saved: (saved.model_type, saved.version)):
        restoring.model(saved, groups[saved.model_type])
    if manifest.uploads:
        time.sleep(SECONDS_AFTER_APPROVALS)
    for upload in manifest.uploads:
        restoring.upload(upload)
    restoring.releases(manifest.releases)
    return manifest


class _Restoring:
    def __init__(
        self, cloud: Cloud, outputs: Mapping[str, Any], folder: Path, report: Report
    ) -> None:
        self._s3, self._sagemaker = cloud.client("s3"), cloud.client("sagemaker")
        self._outputs, self._folder, self._report = outputs, folder, report

    def model(self, saved: SavedModel, group: str) -> None:
        file = saved.file.below(self._folder)
        label = f"{saved.model_type} version {saved.version}"
        if saved.file.sha256 in self._approved(group):
            self._report(f"{label} is there already")
            return
        bucket = self._outputs["output_bucket"]
        key = f"restored/{saved.model_type}/{saved.file.sha256[:16]}/{file.name}"
        self._s3.upload_file(str(file), bucket, key)
        specification = copy.deepcopy(saved.specification)
        source = specification["Containers"][0]["ModelDataSource"]["S3DataSource"]
        source["S3Uri"] = f"s3://{bucket}/{key}"
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
        self._report(f"{label} is now {answer['ModelPackageArn'].rsplit('/', 1)[-1]}, approved")

    def _approved(self, group: str) -> set[str]:
        pages = self._sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=group, ModelApprovalStatus="Approved"
        )
        packages = (
            self._sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
            for page in pages
            for summary in page["ModelPackageSummaryList"]
        )
        return {p.get("CustomerMetadataProperties", {}).get("zip_sha256", "") for p in packages}

    def upload(self, saved: SavedUpload) -> None:
        file = saved.file.below(self._folder)
        bucket, key = self._outputs["production_bucket"], f"{saved.model_type}/{file.name}"
        if self._exists(bucket, key):
            self._report(f"{key} is there already")
            return
        self._s3.upload_file(str(file), bucket, key)
        self._report(f"{key} is in production")

    def releases(self, saved: list[SavedRelease]) -> None:
        bucket = self._outputs["navigation_upload_bucket"]
        for release in saved:
            key = f"releases/{release.release}/model.tar.gz"
            if not self._exists(bucket, key):
                self._release(release.file.below(self._folder), bucket, release.release, key)
                self._report(f"release {release.release} is there again")
        for release in saved:
            if release.is_served and not self._is_served(bucket, release.release):
                navigation.rollback(self._s3, bucket, release.release)
                self._report(f"release {release.release} is being deployed")

    def _release(self, file: Path, bucket: str, release: str, key: str) -> None:
        """Uploads a release; S3 computes on a copy the checksum that the id is made of."""
        staged = f"staging/restored-{release}"
        self._s3.upload_file(str(file), bucket, staged)
        navigation.copy(self._s3, bucket, staged, key)
        head = self._s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        self._s3.delete_object(Bucket=bucket, Key=staged)
        checksum = base64.b64decode(head.get("ChecksumCRC64NVME", "")).hex()
        if f"{checksum}-{head['ContentLength']}" != release:
            self._s3.delete_object(Bucket=bucket, Key=key)
            raise BackupError(f"{file.name} of release {release} is not what that id stands for")

    def _is_served(self, bucket: str, release: str) -> bool:
        states = {entry.release: entry.state for entry in navigation.status(self._s3, bucket)}
        return states.get(release) in {"serving", "applying", "accepted"}

    def _exists(self, bucket: str, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if is_not_found(error):
                return False
            raise
        return True
