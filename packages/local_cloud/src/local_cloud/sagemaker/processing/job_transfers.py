"""Moves a job's inputs and outputs between S3 and its folder, as the job's role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.sagemaker.aws_errors import error_details
from local_cloud.sagemaker.processing.job_folder import JobFolder
from local_cloud.sagemaker.s3_uri import split_s3_uri


class TransferError(Exception):
    """An input or output could not be moved; the message is the job's FailureReason."""


def download_inputs(s3: Any, inputs: list[dict[str, Any]], folder: JobFolder) -> None:
    """Download every S3Prefix input into its LocalPath; raises TransferError."""
    for item in inputs:
        source = item["S3Input"]
        target = folder.local(source["LocalPath"])
        target.mkdir(parents=True, exist_ok=True)
        try:
            _download_prefix(s3, source["S3Uri"], target)
        except (ClientError, BotoCoreError, Boto3Error) as error:
            raise TransferError(
                f"ClientError: Failed to download data. {source['S3Uri']}: {_details(error)}"
            ) from error


def upload_outputs(s3: Any, outputs: list[dict[str, Any]], folder: JobFolder) -> None:
    """Upload every file below an output's LocalPath to its S3Uri; raises TransferError."""
    for item in outputs:
        target = item["S3Output"]
        source = folder.local(target["LocalPath"])
        upload_folder(s3, source, target["S3Uri"], f"output {item['OutputName']}")


def upload_folder(s3: Any, source: Path, uri: str, what: str) -> None:
    """Upload every file below a folder; raises TransferError."""
    bucket, prefix = split_s3_uri(uri)
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        parts = [prefix.strip("/"), file.relative_to(source).as_posix()]
        try:
            s3.upload_file(str(file), bucket, "/".join(part for part in parts if part))
        except (ClientError, BotoCoreError, Boto3Error) as error:
            raise TransferError(
                f"ClientError: Failed to upload {what} to {uri}: {_details(error)}"
            ) from error


def relative_name(key: str, prefix: str) -> str:
    """File name of an object below the LocalPath of an S3Prefix input.

    A prefix that is the whole key keeps the object's name; one that ends inside a name keeps
    that whole name.
    """
    if key == prefix or not key.startswith(prefix.rstrip("/") + "/"):
        folder = prefix.rpartition("/")[0]
        return key.removeprefix(folder).lstrip("/")
    return key.removeprefix(prefix).lstrip("/")


def _download_prefix(s3: Any, uri: str, target: Path) -> None:
    bucket, prefix = split_s3_uri(uri)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    if not keys:
        raise TransferError(
            f'ClientError: Failed to download data. No S3 objects found under S3 URL "{uri}" '
            "given in input data source. Please ensure that the bucket exists in the selected "
            "region, that objects exist under that S3 prefix, and that the role has "
            "s3:ListBucket permissions on it."
        )
    for key in (key for key in keys if not key.endswith("/")):
        file = (target / relative_name(key, prefix)).resolve()
        if not file.is_relative_to(target.resolve()):
            raise TransferError(f"ClientError: Key {key} of {uri} leaves its LocalPath.")
        file.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(bucket, key, str(file))


def _details(error: Exception) -> str:
    cause = error.__cause__ or error.__context__ or error
    known = cause if isinstance(cause, ClientError | BotoCoreError) else error
    return error_details(known) if isinstance(known, ClientError | BotoCoreError) else str(error)
