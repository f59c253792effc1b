"""RegisterModel steps."""

from __future__ import annotations

from local_cloud.sagemaker.aws_errors import failing_the_step
from local_cloud.sagemaker.pipelines.engine.plain_json import plain_json
from local_cloud.sagemaker.pipelines.engine.steps.contract import StepContext, StepResult


def run(context: StepContext) -> StepResult:
    """Create the model package as the pipeline's role."""
    arguments = context.arguments()
    sagemaker = context.client("sagemaker")
    with failing_the_step("sagemaker:CreateModelPackage"):
        arn = sagemaker.create_model_package(**arguments)["ModelPackageArn"]
    return StepResult(
        properties=plain_json({**arguments, "ModelPackageArn": arn}),
        metadata={"RegisterModel": {"Arn": arn}},
    )
