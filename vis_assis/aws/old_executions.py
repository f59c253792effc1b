"""`make prune`: what old executions left that no version in the registry needs.

A lifecycle rule could not do it: it knows ages, and the registry keeps versions for years.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vis_assis.errors import CommandError

PREFIX = "pipelines"
"""Default of the parameter OutputPrefix; what lies elsewhere somebody put there on purpose."""

MOST = 1000
"""Objects that one DeleteObjects takes."""

_URI = re.compile(r's3://[^"]+')


@dataclass(frozen=True)
class Execution:
    """What one execution left.

    Attributes:
        folder: what the keys begin with, to the slash.
        newest: when the last of its objects was written.
    """

    folder: str
    keys: tuple[str, ...]
    bytes: int
    newest: datetime


def unneeded(
    s3: Any, sagemaker: Any, bucket: str, model_types: Collection[str], before: datetime
) -> list[Execution]:
    """Executions whose last object is older than `before` and that no package points into.

    Every package of the account counts, in any group or none and with any status: a rejected one
    can be approved again. What cannot be read stops the search.
    """
    old = [item for item in _executions(s3, bucket, model_types) if item.newest < before]
    needed = set(_artifacts(sagemaker)) if old else set()
    return [item for item in old if not _is_needed(f"s3://{bucket}/{item.folder}", needed)]


def _is_needed(folder: str, uris: Collection[str]) -> bool:
    """Whether a URI leads into the folder, or is a prefix (S3DataType S3Prefix) that holds it."""
    return any(uri.startswith(folder) or folder.startswith(uri) for uri in uris)


def remove(s3: Any, bucket: str, executions: Collection[Execution]) -> None:
    """Delete the current versions; S3 keeps them as old ones for `noncurrent_version_days`.

    Raises:
        CommandError: names the first object that S3 did not delete.
    """
    objects = [{"Key": key} for item in executions for key in item.keys]
    for start in range(0, len(objects), MOST):
        answer = s3.delete_objects(
            Bucket=bucket, Delete={"Objects": objects[start : start + MOST], "Quiet": True}
        )
        for error in answer.get("Errors", ()):
            raise CommandError(
                f"s3://{bucket}/{error['Key']} was not deleted ({error['Code']}: "
                f"{error['Message']}): allow s3:DeleteObject and run this again"
            )


def _executions(s3: Any, bucket: str, model_types: Collection[str]) -> Iterator[Execution]:
    for model_type in model_types:
        found = defaultdict(list)
        prefix = f"{PREFIX}/{model_type}/"
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", ()):
                name, slash, _ = item["Key"].removeprefix(prefix).partition("/")
                if slash:
                    found[f"{prefix}{name}/"].append(item)
        for folder, items in found.items():
            yield Execution(
                folder,
                tuple(item["Key"] for item in items),
                sum(item["Size"] for item in items),
                max(item["LastModified"] for item in items),
            )


def _artifacts(sagemaker: Any) -> Iterator[str]:
    """URIs that stand anywhere in a package of the account, such as its metrics."""
    groups = sagemaker.get_paginator("list_model_package_groups").paginate()
    for chosen in (
        {"ModelPackageType": "Unversioned"},  # those without a group
        *(
            {"ModelPackageGroupName": name}
            for name in groups.search("ModelPackageGroupSummaryList[].ModelPackageGroupName")
        ),
    ):
        packages = sagemaker.get_paginator("list_model_packages").paginate(**chosen)
        for arn in packages.search("ModelPackageSummaryList[].ModelPackageArn"):
            package = sagemaker.describe_model_package(ModelPackageName=arn)
            yield from _URI.findall(json.dumps(package, default=str))
