"""The event that every change of an endpoint's status emits."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from local_cloud import clock
from local_cloud.eventbridge.events import emit_event
from local_cloud.sagemaker.operations import Backend, tag_map


def set_status(backend: Backend, endpoint: Any, status: str) -> None:
    """Change the status and announce it, spelled as events spell it (`IN_SERVICE`)."""
    endpoint.endpoint_status = status
    endpoint.last_modified_time = clock.utcnow().replace(tzinfo=None)
    detail = {
        "EndpointName": endpoint.endpoint_name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": endpoint.endpoint_config_name,
        "ProductionVariants": [
            {
                "DesiredWeight": variant.get("DesiredWeight", 1.0),
                "DesiredInstanceCount": variant.get("DesiredInstanceCount", 1),
            }
            for variant in endpoint.production_variants
        ],
        "EndpointStatus": re.sub(r"(?<=[a-z])(?=[A-Z])", "_", status).upper(),
        "CreationTime": _epoch_ms(endpoint.creation_time),
        "LastModifiedTime": _epoch_ms(endpoint.last_modified_time),
        "Tags": tag_map(endpoint.tags),
    }
    emit_event(
        "aws.sagemaker",
        "SageMaker Endpoint State Change",
        detail,
        [endpoint.arn],
        account=backend.account_id,
        region=backend.region_name,
    )


def _epoch_ms(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)
