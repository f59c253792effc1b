"""CloudWatch metrics of invocations.

https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
"""

from __future__ import annotations

from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from local_cloud.sagemaker.endpoints.instances.answer import Answer
from local_cloud.sagemaker.operations import Backend

NAMESPACE = "AWS/SageMaker"


def record_invocation(
    backend: Backend, endpoint: str, variant: str, answer: Answer, instances: int
) -> None:
    """Record one invocation; errors are 0 or 1, so that their average is a rate."""
    dimensions = {"EndpointName": endpoint, "VariantName": variant}
    is_client_error = 400 <= answer.status < 500
    failed = not answer.succeeded
    values = {
        "Invocations": (1.0, "None"),
        "InvocationsPerInstance": (1.0 / max(instances, 1), "None"),
        "Invocation4XXErrors": (float(is_client_error), "None"),
        "Invocation5XXErrors": (float(failed and not is_client_error), "None"),
        "InvocationModelErrors": (float(failed), "None"),
        "ModelLatency": (answer.seconds * 1_000_000, "Microseconds"),
    }
    with request_scope(backend.account_id, backend.region_name):
        for name, (value, unit) in values.items():
            cloudwatch.record_metric(NAMESPACE, name, value, unit, dimensions)
