"""What a killed run left, as it had no time to remove it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from vis_assis.verify import edge, navigation
from vis_assis.verify.session import Session

AGE = timedelta(hours=1)
"""Younger things may belong to a run that is under way."""
_NAME = re.compile("verify-[0-9a-f]{12}")


def remove(session: Session, age: timedelta = AGE) -> str:
    """Removes what earlier runs left.

    A version that is approved stays with its artifact: somebody may want it by now.

    Args:
        session: of this run.
        age: how old it is at least.
    """
    before = datetime.now(UTC) - age
    left = [
        *_users(session, before),
        *_objects(session, before),
        *_executions(session, before),
        *navigation.remove_leftover(session, before),
    ]
    return f"removed {', '.join(left)}" if left else "earlier runs left nothing"


def _users(session: Session, before: datetime) -> Iterator[str]:
    cognito, pool = session.cloud.client("cognito-idp"), session.outputs["user_pool_id"]
    pages = cognito.get_paginator("list_users").paginate(
        UserPoolId=pool, Filter='email ^= "verify-"'
    )
    for user in [user for page in pages for user in page["Users"]]:
        email = next(item["Value"] for item in user["Attributes"] if item["Name"] == "email")
        if _NAME.fullmatch(email.removesuffix("@example.com")) and user["UserCreateDate"] < before:
            cognito.admin_delete_user(UserPoolId=pool, Username=user["Username"])
            yield f"the user {email}"


def _objects(session: Session, before: datetime) -> Iterator[str]:
    s3 = session.cloud.client("s3")
    for output, folder in (("output_bucket", ""), ("production_bucket", "promotions/")):
        place = {"Bucket": session.outputs[output], "Prefix": f"{folder}verify-"}
        found: list[tuple[datetime, Any, dict[str, str]]] = []
        for page in s3.get_paginator("list_object_versions").paginate(**place):
            for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                version = {"Key": item["Key"], "VersionId": item["VersionId"]}
                found.append((item["LastModified"], s3.delete_object, version))
        for page in s3.get_paginator("list_multipart_uploads").paginate(**place):
            for item in page.get("Uploads", ()):
                upload = {"Key": item["Key"], "UploadId": item["UploadId"]}
                found.append((item["Initiated"], s3.abort_multipart_upload, upload))
        for at, delete, named in found:
            if at < before and _NAME.match(named["Key"].removeprefix(folder)):
                delete(Bucket=place["Bucket"], **named)
                yield f"s3://{place['Bucket']}/{named['Key']}"


def _executions(session: Session, before: datetime) -> Iterator[str]:
    sagemaker = session.cloud.client("sagemaker")
    for model_type, pipeline in session.outputs["pipeline_names"].items():
        pages = sagemaker.get_paginator("list_pipeline_executions").paginate(
            PipelineName=pipeline, CreatedBefore=before
        )
        for item in pages.search("PipelineExecutionSummaries[]"):
            if _NAME.fullmatch(item.get("PipelineExecutionDisplayName", "")):
                yield from edge.remove_leftover(session, model_type, item["PipelineExecutionArn"])
