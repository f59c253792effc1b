"""Takes over what was served before there was an index: at first it goes on being served."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import is_missing
from common.model_index import Model
from common.s3_source import sha256_of
from promote_model import production
from promote_model.artifact import withheld
from promote_model.record import Record
from promote_model.registry import package_of
from promote_model.state import Candidate


def take_over(
    s3: Any,
    sagemaker: Any,
    bucket: str,
    model_type: str,
    known: Record,
    *,
    in_parts_above: int,
    now: datetime,
) -> Record:
    """The record with a served copy of the model that a record of schema 1 names.

    It was chosen by the rule of that time and is not looked into: an upload that works stays, even
    if it would be refused today. What is gone by now is chosen again.
    """
    before = known.pre_index
    if before is None:
        return known
    candidates: list[Candidate] = [*known.approvals.values(), *known.uploads.values()]
    candidate = next((item for item in candidates if item.id == before.candidate), None)
    source = production.find(s3, bucket, before.key, before.version_id)
    if candidate is None or source is None:
        return replace(known, pre_index=None)
    try:
        sha256 = sha256_of(s3, source)
    except ClientError as error:
        # In an archive class, for example: it was linked, and nobody could download it.
        if withheld(error) is None:
            raise
        return replace(known, pre_index=None)
    file_name = before.key.rsplit("/", 1)[-1]
    copy = production.serve_copy(
        s3,
        bucket,
        production.served_key(model_type, candidate, file_name, sha256),
        candidate=candidate,
        source=source,
        sha256=sha256,
        in_parts_above=in_parts_above,
    )
    model = Model(
        origin="registry" if before.package_arn else "upload",
        key=copy.key,
        version_id=str(copy.version_id),
        etag=copy.etag.strip('"'),
        bytes=copy.size,
        sha256=sha256,
        since=now.isoformat(),
        version=before.version,
        package_arn=before.package_arn,
        uploaded_key=None if before.package_arn else before.key,
    )
    if before.package_arn:
        model = _with_provenance(sagemaker, model)
    return replace(
        known,
        sequence=known.sequence + 1,
        served=candidate.id,
        model=model,
        pre_index=None,
    )


def _with_provenance(sagemaker: Any, model: Model) -> Model:
    try:
        description = sagemaker.describe_model_package(ModelPackageName=model.package_arn)
    except ClientError as error:
        if is_missing(error):
            return model
        raise
    package = package_of(description)
    return replace(
        model,
        repository=package.repository,
        revision=package.revision,
        licence=package.licence,
    )
