"""How S3 and SageMaker answer, tried on objects of its own and on names that nobody has."""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code, is_conflict, is_denied
from vis_assis.aws import model_verification
from vis_assis.aws.cloud import is_not_found
from vis_assis.errors import CommandError
from vis_assis.verify.session import Deviation, NotChecked, Session

NEXT_SECOND = 1.1  # S3 keeps whole seconds


def remove_versions(s3: Any, bucket: str, prefix: str) -> None:
    """Removes all below the prefix, old versions and delete markers included."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for item in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
            s3.delete_object(Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"])


class _Objects:
    """Objects of this run in the output bucket, where no event looks."""

    def __init__(self, session: Session, folder: str) -> None:
        self.s3, self.bucket = session.cloud.client("s3"), session.outputs["output_bucket"]
        self.prefix, self.made = f"{session.name}/{folder}/", session.made
        session.made.callback(remove_versions, self.s3, self.bucket, self.prefix)

    def place(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + name}

    def put(self, name: str) -> str:
        """Its version."""
        return str(self.s3.put_object(**self.place(name), Body=b"put")["VersionId"])

    def begin_upload(self, name: str) -> Callable[..., Any]:
        """A multipart upload; what is returned completes it."""
        place = self.place(name)
        upload = {**place, "UploadId": self.s3.create_multipart_upload(**place)["UploadId"]}
        self.made.callback(self._abort, upload)
        part = self.s3.upload_part(**upload, PartNumber=1, Body=b"uploaded in parts")
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        return partial(self.s3.complete_multipart_upload, **upload, MultipartUpload=parts)

    def _abort(self, upload: dict[str, str]) -> None:
        with suppress(self.s3.exceptions.NoSuchUpload):  # completed
            self.s3.abort_multipart_upload(**upload)

    def versions(self, name: str) -> list[dict[str, Any]]:
        listed = self.s3.list_object_versions(Bucket=self.bucket, Prefix=self.prefix + name)
        return [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]


def versions(session: Session) -> str:
    """Which version is current after a deletion, and after an upload that was overtaken."""
    objects = _Objects(session, "versions")
    first = objects.put("deleted")
    objects.s3.delete_object(**objects.place("deleted"))
    current = [item["VersionId"] for item in objects.versions("deleted") if item["IsLatest"]]
    if len(current) != 1 or current == [first]:
        raise Deviation("marker-after-version", f"current is {current}, put was {first}")
    complete = objects.begin_upload("overtaken")
    time.sleep(NEXT_SECOND)
    objects.put("overtaken")
    time.sleep(NEXT_SECOND)
    late = complete()["VersionId"]
    dates = {item["VersionId"]: item["LastModified"] for item in objects.versions("overtaken")}
    is_current = {item["VersionId"]: item["IsLatest"] for item in objects.versions("overtaken")}
    if dates.pop(late) >= max(dates.values()) or is_current[late]:
        where = "current" if is_current[late] else "behind, with a later date"
        raise Deviation("overtaken-upload", f"the upload that was overtaken is {where}")
    complete = objects.begin_upload("conditional")
    objects.put("conditional")
    try:
        complete(IfNoneMatch="*")
    except ClientError as error:
        if not is_conflict(error):
            raise Deviation("unfinished-condition", f"it answers {error}") from error
    else:
        raise Deviation("unfinished-condition", "the upload replaced the object")
    return "markers and multipart uploads are in the order that promotion expects"


def checksums(session: Session) -> str:
    """S3 computes while it copies what a release's id is made of."""
    objects = _Objects(session, "checksums")
    objects.put("source")
    answer = objects.s3.copy_object(
        **objects.place("copy"), CopySource=objects.place("source"), ChecksumAlgorithm="SHA256"
    )
    found = answer["CopyObjectResult"].get("ChecksumSHA256")
    if found != b64encode(hashlib.sha256(b"put").digest()).decode():
        raise Deviation("sha256-of-a-copy", f"the checksum is {found}")
    return "a copy's SHA-256 is that of its bytes"


def writers(session: Session) -> str:
    """The bucket's policy keeps you, too, from writing what promotion decides."""
    if session.cloud.client("sts").get_caller_identity()["Arn"].endswith(":root"):
        raise NotChecked("you are the account's root: run it as a role")
    s3, bucket = session.cloud.client("s3"), session.outputs["production_bucket"]
    key = f"promotions/{session.name}.json"
    session.made.callback(remove_versions, s3, bucket, key)
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=b"{}")
    except ClientError as error:
        if is_denied(error):
            return "promotions/ is closed to you"
        raise
    raise Deviation("only-promotion-writes", f"you could write {key}")


def missing(session: Session) -> str:
    """SageMaker's words for what is not there."""
    sagemaker, name = session.cloud.client("sagemaker"), session.name
    looks: dict[str, Callable[[], Any]] = {
        "model packages": lambda: sagemaker.list_model_packages(ModelPackageGroupName=name),
        "executions": lambda: sagemaker.list_pipeline_executions(PipelineName=name),
        "group": lambda: sagemaker.describe_model_package_group(ModelPackageGroupName=name),
        "pipeline": lambda: sagemaker.describe_pipeline(PipelineName=name),
        "endpoint": lambda: sagemaker.describe_endpoint(EndpointName=name),
        "config": lambda: sagemaker.describe_endpoint_config(EndpointConfigName=name),
        "model": lambda: sagemaker.describe_model(ModelName=name),
    }
    for what, look in looks.items():
        try:
            look()
        except ClientError as error:
            if not is_not_found(error):
                raise Deviation("wording-of-missing-resources", f"{what}: {error}") from error
    try:
        session.cloud.client("sagemaker-runtime").invoke_endpoint(EndpointName=name, Body=b"{}")
    except ClientError as error:
        if code(error) not in ("ValidationError", "ValidationException"):
            raise Deviation("invoke-without-endpoint", f"it answers {error}") from error
    return "what is missing is told as such"


def signature(session: Session) -> str:
    """Promotion signed the index with a key that front ends trust, and renews it."""
    keys = model_verification.trusted_keys(session.outputs["model_signing_keys"])
    if not keys:
        raise NotChecked("model_signing is off")
    s3, bucket = session.cloud.client("s3"), session.outputs["production_bucket"]
    try:
        index, problems = model_verification.read_index(
            s3, bucket, keys, now=datetime.now(UTC), at_least=0
        )
    except CommandError as error:
        raise Deviation("role-in-a-key-policy", str(error)) from error
    if problems:
        raise Deviation("role-in-a-key-policy", "; ".join(problems))
    return f"the index has sequence {index.sequence}; `vis-assis verify-models` reads its files"
