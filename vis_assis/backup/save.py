"""`make backup`: saves approved models, uploads by hand and navigation releases to a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from update_endpoint.names import release_key
from vis_assis.aws import navigation
from vis_assis.aws.cloud import Cloud
from vis_assis.backup.manifest import (
    MANIFEST,
    Manifest,
    SavedFile,
    SavedModel,
    SavedRelease,
    SavedUpload,
    sha256_of,
)
from vis_assis.errors import CommandError
from vis_assis.journeys import edge_path

Report = Callable[[str], None]
UPLOADS = "uploads/"


def backup(cloud: Cloud, outputs: Mapping[str, Any], folder: Path, report: Report) -> Manifest:
    """Saves what a later stack needs to serve the same models.

    Args:
        cloud: the account.
        outputs: the stack's.
        folder: a new or empty folder, or one that an earlier try left incomplete.
        report: told of each file.

    Raises:
        CommandError: when the folder holds a backup, or an artifact is not what was registered.
    """
    if (folder / MANIFEST).exists():
        raise CommandError(f"{folder} holds a backup already: give another DIR")
    folder.mkdir(parents=True, exist_ok=True)
    groups = outputs["model_package_group_names"]
    saving = _Saving(cloud, folder, report)
    manifest = Manifest(
        models=[model for type_ in groups for model in saving.models(type_, groups[type_])],
        uploads=[
            upload
            for type_ in groups
            for upload in saving.uploads(type_, outputs["production_bucket"])
        ],
        releases=list(saving.releases(outputs["navigation_upload_bucket"])),
    )
    manifest.write(folder)
    return manifest


class _Saving:
    def __init__(self, cloud: Cloud, folder: Path, report: Report) -> None:
        self._s3, self._sagemaker = cloud.client("s3"), cloud.client("sagemaker")
        self._folder, self._report = folder, report

    def models(self, model_type: str, group: str) -> Iterator[SavedModel]:
        pages = self._sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=group, ModelApprovalStatus="Approved"
        )
        for page in pages:
            for summary in page["ModelPackageSummaryList"]:
                yield self._model(model_type, summary["ModelPackageArn"])

    def _model(self, model_type: str, arn: str) -> SavedModel:
        package = self._sagemaker.describe_model_package(ModelPackageName=arn)
        specification = package["InferenceSpecification"]
        source = specification["Containers"][0]["ModelDataSource"]["S3DataSource"]["S3Uri"]
        where = urlsplit(source)
        number = package["ModelPackageVersion"]
        name = f"models/{model_type}/{number}/{Path(where.path).name}"
        file = self._download(where.netloc, where.path.lstrip("/"), name)
        metadata = package.get("CustomerMetadataProperties", {})
        if metadata.get("zip_sha256", file.sha256) != file.sha256:
            raise CommandError(f"{source} is not what {arn} registered: reject that version first")
        return SavedModel(
            model_type=model_type,
            version=number,
            metadata=metadata,
            description=package.get("ModelPackageDescription", ""),
            specification=specification,
            file=file,
        )

    def uploads(self, model_type: str, bucket: str) -> Iterator[SavedUpload]:
        """The upload that is served; others lost against something newer."""
        model = edge_path.served(self._s3, bucket, model_type)
        if model is not None and model.origin == "upload":
            file = self._download(bucket, model.key, f"{UPLOADS}{model.uploaded_key}")
            yield SavedUpload(model_type=model_type, file=file)

    def releases(self, bucket: str) -> Iterator[SavedRelease]:
        # A release has one line for each time that it was deployed.
        entries = navigation.status(self._s3, bucket)
        served = {entry.release for entry in entries if entry.state == "serving"}
        for release in sorted({entry.release for entry in entries if entry.available}):
            key = release_key(release)
            file = self._download(bucket, key, key)
            yield SavedRelease(release=release, is_served=release in served, file=file)

    def _download(self, bucket: str, key: str, path: str) -> SavedFile:
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f"{file.name}.part")
        self._s3.download_file(bucket, key, str(temporary))
        temporary.replace(file)
        saved = SavedFile(path=path, sha256=sha256_of(file), bytes=file.stat().st_size)
        self._report(f"{path}  {saved.bytes / 1e6:.1f} MB")
        return saved
