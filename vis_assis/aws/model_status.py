"""Which models are served, what was refused, what is ignored."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from common.model_index import FILES, INDEX_KEY, Model, parse
from promote_model import record
from promote_model.errors import RecordInvalid
from promote_model.zip_check import ENDING
from update_endpoint.settings import UPLOAD_KEY
from vis_assis.aws.cloud import is_not_found

_NAVIGATION_FOLDERS = ("data-capture/", "releases/", "staging/", "status/")
_PROMOTIONS = "promotions/"


@dataclass(frozen=True)
class Refused:
    """A version or an upload that is not served.

    Attributes:
        name: an upload's key, or a version.
        since: when that was first found, as ISO text; empty when that is not known.
    """

    model_type: str
    name: str
    reason: str
    since: str


@dataclass(frozen=True)
class Ignored:
    """An object that promotion and the controller ignore.

    Attributes:
        why: what its name would have to be.
    """

    bucket: str
    key: str
    why: str


def served(s3: Any, bucket: str) -> dict[str, Model]:
    """The models that the index names, by type; empty while there is no index."""
    content = _read(s3, bucket, INDEX_KEY)
    entries = parse(content) if content is not None else {}
    return {kind: entry.model for kind, entry in entries.items() if entry.model is not None}


def refused(s3: Any, bucket: str, model_types: Collection[str]) -> list[Refused]:
    """What promotion refused, by type; the newest last."""
    found = []
    for model_type in model_types:
        try:
            items = record.load(s3, bucket, model_type).refused.values()
        except RecordInvalid as error:
            found.append(Refused(model_type, "everything that is new", str(error), ""))
        else:
            found += [Refused(model_type, item.name, item.reason, item.since) for item in items]
    return sorted(found, key=lambda item: (item.model_type, item.since))


def ignored_models(s3: Any, bucket: str, model_types: Collection[str]) -> list[Ignored]:
    """Objects of the production bucket that are no uploads by their names."""
    return [
        Ignored(bucket, key, why)
        for key in _keys(s3, bucket)
        if (why := _why_no_model(key, model_types)) is not None
    ]


def ignored_releases(s3: Any, bucket: str) -> list[Ignored]:
    """Objects of the navigation model's bucket that are no uploads by their names."""
    return [
        Ignored(bucket, key, f"only {UPLOAD_KEY} is looked at")
        for key in _keys(s3, bucket)
        if key != UPLOAD_KEY and not key.startswith(_NAVIGATION_FOLDERS)
    ]


def _why_no_model(key: str, model_types: Collection[str]) -> str | None:
    """None for an upload and for what promotion writes. Like keys of S3, it minds the case."""
    model_type, slash, _ = key.partition("/")
    if key == INDEX_KEY or key.startswith((FILES, _PROMOTIONS)):
        return None
    if not slash:
        return f"uploads belong into the folder of their type: {', '.join(sorted(model_types))}"
    if model_type in model_types:
        return None if key.endswith(ENDING) else f"the name must end in {ENDING}, in lower case"
    alike = model_type.strip().lower()
    return f"the folder is {alike}/" if alike in model_types else "models.yaml has no such type"


def refused_lines(items: Collection[Refused]) -> Iterator[str]:
    """A line for each refused version or upload."""
    for item in items:
        since = f" ({item.since[:19]})" if item.since else ""
        yield f"not served: {item.model_type}, {item.name}{since}: {item.reason}"


def ignored_lines(items: Collection[Ignored]) -> Iterator[str]:
    """A line for each ignored object."""
    for item in items:
        yield f"ignored: s3://{item.bucket}/{item.key}: {item.why}"


def _keys(s3: Any, bucket: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", ()):
            yield item["Key"]


def _read(s3: Any, bucket: str, key: str) -> bytes | None:
    try:
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if is_not_found(error):
            return None
        raise
    return content
