"""What the log lines of a run are found by, and when what it acts on happened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from promote_model.event_evidence import STATE_CHANGE

_FOLDER = re.compile(r"s3://.+/([^/]+)/[^/]+\.zip")
_UPLOADS = ("Object Created", "Object Deleted")


def keys(event: Mapping[str, Any]) -> dict[str, str]:
    """The pipeline execution as `correlation_id`, beside the package's ARN or the upload's key."""
    detail = event.get("detail")
    if not isinstance(detail, dict):
        return {}
    if event.get("detail-type") == STATE_CHANGE:
        execution = execution_of(str(detail.get("InferenceSpecification")))
        found = {"correlation_id": execution} if execution else {}
        return {"package_arn": str(detail.get("ModelPackageArn")), **found}
    uploaded = (detail.get("object") or {}).get("key")
    return {"uploaded_key": str(uploaded)} if uploaded else {}


def execution_of(text: str) -> str | None:
    """Id of the pipeline execution that made the artifact whose URI is in a text.

    The artifact's folder is named after it, as its jobs and their log streams are.
    """
    folder = _FOLDER.search(text)
    return folder[1] if folder else None


def since(event: Mapping[str, Any]) -> datetime | None:
    """When somebody approved or uploaded; None for a sweep, which nobody waits for."""
    if event.get("detail-type") not in (STATE_CHANGE, *_UPLOADS):
        return None
    try:
        moment = datetime.fromisoformat(str(event.get("time")))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
