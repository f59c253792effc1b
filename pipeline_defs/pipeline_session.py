"""The SageMaker session that composes definitions."""

from pipeline_defs import offline
from pipeline_defs.sdk import PipelineSession

NO_TELEMETRY = {
    "SchemaVersion": "1.0",
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}


def pipeline_session() -> PipelineSession:
    """A session without account, telemetry, network or defaults of the machine."""
    boto_session = offline.session()
    made = PipelineSession(
        boto_session=boto_session,
        sagemaker_client=boto_session.client("sagemaker"),
        sagemaker_config=NO_TELEMETRY,
    )
    # As an argument it would be looked up in S3.
    made._default_bucket = "offline"
    return made
