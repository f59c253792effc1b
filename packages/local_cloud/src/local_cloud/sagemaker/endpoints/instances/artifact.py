"""Brings a model's artifact onto an instance, as the execution role."""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.sagemaker.endpoints.instances.errors import InstanceError
from local_cloud.sagemaker.s3_uri import split_s3_uri


@dataclass(frozen=True)
class Artifact:
    """Where a container's model data lies.

    Parameters:
        uri: S3 URI.
        whole_prefix: all objects below `uri` (S3Prefix), else the one object.
        is_archive: whether it is a gzip tar that is extracted.
    """

    uri: str
    whole_prefix: bool = False
    is_archive: bool = True


def artifact_of(container: dict[str, Any]) -> Artifact | None:
    """The artifact of a container definition, None when the image brings everything."""
    source = (container.get("ModelDataSource") or {}).get("S3DataSource")
    if source:
        return Artifact(
            source["S3Uri"], source["S3DataType"] == "S3Prefix", source["CompressionType"] == "Gzip"
        )
    return Artifact(container["ModelDataUrl"]) if container.get("ModelDataUrl") else None


def fetch(s3: Any, artifact: Artifact, target: Path) -> None:
    """Download into the folder `target`; raises InstanceError in SageMaker's words."""
    bucket, key = split_s3_uri(artifact.uri)
    try:
        if artifact.whole_prefix:
            _download_tree(s3, bucket, key, target)
            return
        file = target.parent / "download" if artifact.is_archive else target / Path(key).name
        s3.download_file(bucket, key, str(file))
    except (ClientError, BotoCoreError, Boto3Error, FileNotFoundError) as error:
        raise InstanceError(
            f'Failed to download model data for container "container_1" from URL: '
            f'"{artifact.uri}". Please ensure that there is an object located at the URL and that '
            "the role passed to CreateModel has permissions to download the object."
        ) from error
    if artifact.is_archive:
        _extract(file, artifact.uri, target)


def _extract(archive: Path, uri: str, target: Path) -> None:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            # https://repost.aws/knowledge-center/sagemaker-endpoint-creation-fail: no symbolic
            # links. It says nothing of hard links and devices: the stricter reading.
            if odd := [item.name for item in tar if not (item.isfile() or item.isdir())]:
                raise tarfile.ExtractError(f"{odd[0]} is neither a file nor a folder")
            tar.extractall(target, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise InstanceError(
            f'Failed to extract model data archive for container "container_1" from URL "{uri}". '
            "Please ensure that the object located at the URL is a valid tar.gz archive."
        ) from error
    finally:
        archive.unlink()


def _download_tree(s3: Any, bucket: str, prefix: str, target: Path) -> None:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    if not keys:
        raise FileNotFoundError(f"nothing below s3://{bucket}/{prefix}")
    for key in (key for key in keys if not key.endswith("/")):
        relative = PurePosixPath(key.removeprefix(prefix).lstrip("/"))
        if ".." in relative.parts:
            raise FileNotFoundError(f"{key} leaves the model's folder")
        file = target / relative
        file.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(bucket, key, str(file))
