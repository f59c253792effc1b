"""Where the expressions of a running execution find their values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.sagemaker.aws_errors import error_details
from local_cloud.sagemaker.pipelines.engine.definition import Step
from local_cloud.sagemaker.pipelines.engine.errors import ExpressionError
from local_cloud.sagemaker.pipelines.engine.json_path import look_up
from local_cloud.sagemaker.s3_uri import split_s3_uri


class ExecutionScope:
    """Implements ``expressions.Scope``; S3 objects are read with the pipeline's role.

    Parameters:
        parameters: resolved values of the pipeline parameters.
        variables: the execution variables.
        steps: all steps of the definition by name.
        properties: what each finished step's job looks like now; filled while steps run.
        s3: makes the S3 client of the pipeline's role.
    """

    def __init__(
        self,
        parameters: Mapping[str, Any],
        variables: Mapping[str, str],
        steps: Mapping[str, Step],
        properties: Mapping[str, dict[str, Any]],
        s3: Callable[[], Any],
    ) -> None:
        self._parameters = parameters
        self._variables = variables
        self._steps = steps
        self._properties = properties
        self._s3 = s3

    def parameter(self, name: str) -> Any:
        """Value of a pipeline parameter."""
        return self._parameters[name]

    def execution(self, name: str) -> str:
        """Value of an execution variable."""
        return self._variables[name]

    def step_properties(self, step: str) -> dict[str, Any]:
        """Properties of a finished step; raises ExpressionError when it did not run."""
        if step not in self._properties:
            raise ExpressionError(f"step {step} has no properties: it did not run")
        return self._properties[step]

    def property_file(self, step: str, name: str) -> Any:
        """Content of the property file in the output that the step uploaded."""
        file = next(f for f in self._steps[step].property_files if f.name == name)
        path = f"ProcessingOutputConfig.Outputs['{file.output_name}'].S3Output.S3Uri"
        prefix = look_up(self.step_properties(step), path)
        return self.json_object(f"{prefix.rstrip('/')}/{file.file_path.lstrip('/')}")

    def json_object(self, uri: str) -> Any:
        """Content of a JSON object in S3."""
        try:
            bucket, key = split_s3_uri(uri)
            return json.load(self._s3().get_object(Bucket=bucket, Key=key)["Body"])
        except (ClientError, BotoCoreError) as error:
            raise ExpressionError(f"cannot read {uri}: {error_details(error)}") from error
        except ValueError as error:
            raise ExpressionError(f"cannot read {uri} as JSON: {error}") from error
