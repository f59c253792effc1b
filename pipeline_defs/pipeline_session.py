"""The SageMaker session that composes definitions."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline_defs import offline
from pipeline_defs.sdk import PipelineSession, SageMakerConfig

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


@contextmanager
def without_config_checks() -> Iterator[None]:
    """Skip the SDK's schema check of NO_TELEMETRY, half a second per value it looks up."""
    check = SageMakerConfig.validate_sagemaker_config
    SageMakerConfig.validate_sagemaker_config = staticmethod(lambda _config=None: None)
    try:
        yield
    finally:
        SageMakerConfig.validate_sagemaker_config = staticmethod(check)
