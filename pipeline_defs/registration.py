"""Step 2: register the zip as a version of the model's group."""

from pipeline_defs import placeholders
from pipeline_defs.download import OUTPUT, PROVENANCE
from pipeline_defs.scope import Scope, output_uri
from pipeline_defs.sdk import Join, JsonGet, ModelBuilder, ModelStep, ProcessingStep

STEP_NAME = "RegisterModel"
METADATA = ("repository", "revision", "licence", "zip_sha256", "zip_bytes")
MEDIA_TYPE = "application/zip"
APPROVAL_STATUS = "PendingManualApproval"
"""The only status that the pipeline's role may register with; people approve."""


def registration_step(scope: Scope, source: ProcessingStep) -> ModelStep:
    """Register what `source` made.

    `source` is the download step or one like it: an output `model` that holds the model's zip and
    provenance.json, the latter as the property file `Provenance`.
    """
    builder = ModelBuilder(
        dependencies={},  # the default makes register() look into S3
        image_uri=placeholders.IMAGE_URI,
        role_arn=placeholders.JOB_ROLE_ARN,
        s3_model_data_url={
            "S3DataSource": {
                "S3Uri": Join(
                    on="/", values=[output_uri(source, OUTPUT), scope.model.archive_name]
                ),
                "S3DataType": "S3Object",
                "CompressionType": "None",
            }
        },
        sagemaker_session=scope.session,
    )
    return ModelStep(
        name=STEP_NAME,
        step_args=builder.register(
            model_package_group_name=placeholders.MODEL_PACKAGE_GROUP_NAME,
            approval_status=APPROVAL_STATUS,
            content_types=[MEDIA_TYPE],
            response_types=[MEDIA_TYPE],
            customer_metadata_properties={
                key: JsonGet(step_name=source.name, property_file=PROVENANCE, json_path=key)
                for key in METADATA
            },
            skip_model_validation="All",
        ),
    )
