"""What promotion noted about the object that it left in production, manual uploads included.

A note counts for the very version that it names only, so one that is behind or gone says nothing
wrong: what it does not cover is read from the object itself.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import is_missing
from model_urls.origin import Origin

# Key and version: which object it is about.
Noted = dict[tuple[str, str], Origin]


def read_note(s3: Any, bucket: str, model_type: str) -> Noted:
    """The origin of the object that the type's record names; empty without one."""
    try:
        answer = s3.get_object(Bucket=bucket, Key=f"promotions/{model_type}.json")
    except ClientError as error:
        if is_missing(error):
            return {}
        raise
    return _noted(answer["Body"].read())


def _noted(content: bytes) -> Noted:
    try:
        showing = json.loads(content)["showing"]
        if showing is None:
            return {}
        origin = Origin.noted(
            promoted=showing["handed_over_by"] == "registry",
            version=showing["version"],
            sha256=showing["sha256"],
        )
        return {(showing["key"], showing["version_id"]): origin}
    # A record that nobody can read keeps no model from its users; promotion alarms on it.
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
