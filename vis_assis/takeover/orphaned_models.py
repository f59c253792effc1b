"""What a production bucket that outlived its stack serves goes on being served in the next one.

Promotion withdraws a version that is not approved any more, and the versions may have gone with the
stack. Such models are uploaded by hand: they are served until a version is approved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from common.model_index import Model
from common.s3_copy import MULTIPART_THRESHOLD_BYTES
from promote_model.production import SHA256_METADATA
from vis_assis.aws import model_status
from vis_assis.aws.cloud import Cloud, is_not_found
from vis_assis.aws.data_inventory import GROUP
from vis_assis.terraform.plan import Plan

PRODUCTION = 'module.model_buckets.module.bucket["production"].aws_s3_bucket.this'
_MODEL_TYPE = re.compile(r'\["(.+)"\]$')


def keep_in_production(cloud: Cloud, plan: Plan, imports: Mapping[str, str]) -> list[str]:
    """Uploads the served models whose versions are gone, if the bucket is imported.

    Args:
        cloud: the account.
        plan: a plan to create or change the stack, before it is applied.
        imports: import ids by address of what it takes over.

    Returns:
        The keys of these uploads.
    """
    bucket = imports.get(PRODUCTION)
    if bucket is None:
        return []
    s3 = cloud.client("s3")
    model_types = [
        found.group(1)
        for change in plan.all_changes()
        if change.type == GROUP and (found := _MODEL_TYPE.search(change.address))
    ]
    models = model_status.served(s3, bucket)
    return [
        key
        for model_type in model_types
        if (model := models.get(model_type)) is not None
        and model.package_arn is not None
        and not _exists(cloud, model.package_arn)
        and (key := _uploaded(s3, bucket, f"{model_type}/{model.file_name}", model))
    ]


def _uploaded(s3: Any, bucket: str, key: str, model: Model) -> str | None:
    """The key, unless an interrupted run has uploaded it already."""
    try:
        metadata = s3.head_object(Bucket=bucket, Key=key)["Metadata"]
    except ClientError as error:
        if not is_not_found(error):
            raise
    else:
        if metadata.get(SHA256_METADATA) == model.sha256:
            return None
    s3.copy(
        CopySource={"Bucket": bucket, "Key": model.key, "VersionId": model.version_id},
        Bucket=bucket,
        Key=key,
        Config=TransferConfig(multipart_threshold=MULTIPART_THRESHOLD_BYTES),
    )
    return key


def _exists(cloud: Cloud, package_arn: str) -> bool:
    try:
        cloud.client("sagemaker").describe_model_package(ModelPackageName=package_arn)
    except ClientError as error:
        if is_not_found(error):
            return False
        raise
    return True
