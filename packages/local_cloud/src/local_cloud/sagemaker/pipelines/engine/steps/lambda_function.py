"""Lambda steps."""

from __future__ import annotations

import json
from typing import Any

from local_cloud.sagemaker.aws_errors import failing_the_step
from local_cloud.sagemaker.pipelines.engine.errors import StepFailedError
from local_cloud.sagemaker.pipelines.engine.expressions import as_text, evaluate
from local_cloud.sagemaker.pipelines.engine.steps.contract import StepContext, StepResult


def run(context: StepContext) -> StepResult:
    """Invoke the function as the pipeline's role and read its output parameters."""
    arn = as_text(evaluate(context.step.document["FunctionArn"], context.scope))
    context.note({"Lambda": {"Arn": arn}})
    payload = json.dumps(context.arguments())
    with failing_the_step("lambda:InvokeFunction"):
        answer = context.client("lambda").invoke(FunctionName=arn, Payload=payload.encode())
        body = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise StepFailedError(
            f"ClientError: The Lambda function failed ({answer['FunctionError']}): {body}"
        )
    values = _output_parameters(context.step.document.get("OutputParameters") or [], body)
    return StepResult(
        properties={"OutputParameters": values, "FunctionArn": arn},
        metadata={
            "Lambda": {
                "Arn": arn,
                "OutputParameters": [
                    {"Name": name, "Value": as_text(value)} for name, value in values.items()
                ],
            }
        },
    )


def _output_parameters(declared: list[dict[str, Any]], body: str) -> dict[str, Any]:
    names = [item["OutputName"] for item in declared]
    if not names:
        return {}
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise StepFailedError(
            f"ClientError: The Lambda function answered no JSON: {body}"
        ) from error
    missing = [name for name in names if not isinstance(answer, dict) or name not in answer]
    if missing:
        raise StepFailedError(
            f"ClientError: The Lambda function's answer lacks the output parameters {missing}"
        )
    return {name: answer[name] for name in names}
