"""What a production bucket that outlived its stack shows stays in production in the next one.

Promotion withdraws what a version put there that is not approved any more, and the versions may
have gone with the stack. Such models become uploads by hand: they stay until one is approved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from promote_model import record
from promote_model.production import ARN_TAG, VERSION_TAG
from tooling import edge_path
from tooling.cloud import Cloud, is_not_found
from tooling.contents import GROUP
from tooling.terraform_plan import Plan

PRODUCTION = 'module.model_buckets.module.bucket["production"].aws_s3_bucket.this'
_MODEL_TYPE = re.compile(r'\["(.+)"\]$')


def keep_in_production(cloud: Cloud, plan: Plan, imports: Mapping[str, str]) -> list[str]:
    """Takes tags and record off models whose versions are gone, if the bucket is imported.

    Args:
        cloud: the account.
        plan: a plan to create or change the stack, before it is applied.
        imports: import ids by address of what it takes over.

    Returns:
        The keys of these models.
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
    kept = [
        (model_type, shown)
        for model_type in model_types
        for shown in edge_path.promoted(s3, bucket, model_type)
        if ARN_TAG in shown.tags and not _exists(cloud, shown.tags[ARN_TAG])
    ]
    for model_type, shown in kept:
        # Before the tags, by which a run that was cut off finds it again.
        _record_as_upload(s3, bucket, model_type, shown.version_id)
        others = [
            {"Key": key, "Value": value}
            for key, value in shown.tags.items()
            if key not in (ARN_TAG, VERSION_TAG)
        ]
        s3.put_object_tagging(
            Bucket=bucket,
            Key=shown.key,
            VersionId=shown.version_id,
            Tagging={"TagSet": others},
        )
    return [shown.key for _, shown in kept]


def _record_as_upload(s3: Any, bucket: str, model_type: str, version_id: str) -> None:
    known = record.load(s3, bucket, model_type)
    if known.showing is None or known.showing.version_id != version_id:
        return
    upload = replace(known.showing, handed_over_by="upload", package_arn=None, version=None)
    record.save(s3, bucket, model_type, replace(known, showing=upload), datetime.now(UTC))


def _exists(cloud: Cloud, package_arn: str) -> bool:
    try:
        cloud.client("sagemaker").describe_model_package(ModelPackageName=package_arn)
    except ClientError as error:
        if is_not_found(error):
            return False
        raise
    return True
