"""What a step of one model's pipeline is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalogue import Model
from pipeline_defs import placeholders
from pipeline_defs.parameters import Parameters
from pipeline_defs.pipeline_session import pipeline_session
from pipeline_defs.sdk import (
    ExecutionVariables,
    Join,
    PipelineSession,
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
    ProcessingStep,
    Processor,
    PropertyFile,
    TrainingStep,
)

CONTAINER = "/opt/ml/processing"
"""Where inputs (`input/{name}`) and outputs (`output/{name}`) lie in a job's container."""

SUBMITTED_CODE = "/opt/ml/input/data/code"

CORRELATION = {"CORRELATION_ID": ExecutionVariables.PIPELINE_EXECUTION_ID}
"""Environment of each job: what its log lines are found by, as promotion's are."""

# What CreateProcessingJob takes; beyond it a step would fail only when it starts.
MAX_ARGUMENTS = 100
MAX_ARGUMENT_LENGTH = 256
MAX_INPUTS = 10


@dataclass(frozen=True)
class Scope:
    """One model's pipeline while it is composed."""

    model_type: str
    model: Model
    parameters: Parameters = field(default_factory=Parameters)
    session: PipelineSession = field(default_factory=pipeline_session)

    def output_uri(self, *below: str) -> Join:
        """S3 folder of this execution: s3://{bucket}/{OutputPrefix}/{type}/{execution id}/…"""
        return Join(
            on="/",
            values=[
                f"s3://{placeholders.OUTPUT_BUCKET}",
                self.parameters.output_prefix,
                self.model_type,
                ExecutionVariables.PIPELINE_EXECUTION_ID,
                *below,
            ],
        )

    def processing_step(
        self,
        name: str,
        *,
        folder: str,
        arguments: Sequence[Any] = (),
        inputs: Mapping[str, Any] | None = None,
        output: str,
        output_uri: Any,
        property_files: Sequence[PropertyFile] = (),
        image_uri: str = placeholders.IMAGE_URI,
        max_minutes: int = 60,
    ) -> ProcessingStep:
        """A step that runs `pipeline_defs/steps/{folder}/run.py` in a processing container.

        Args:
            name: name of the step.
            folder: the step's folder; all of it is available in the container.
            arguments: container arguments, strings or pipeline variables (256 characters each).
            inputs: S3 URI by input name, found in /opt/ml/processing/input/{name}.
            output: name of the output, written to /opt/ml/processing/output/{output}.
            output_uri: where the output goes in S3.
            property_files: JSON files of the output that later steps read with JsonGet.
            image_uri: container image; the default is scikit-learn's.
            max_minutes: time limit of the job.

        Raises:
            ValueError: the job takes no such arguments or not so many inputs.
        """
        _check_limits(name, arguments, inputs or {})
        code = f"{CONTAINER}/input/code/{folder}"
        processor = Processor(
            role=placeholders.JOB_ROLE_ARN,
            image_uri=image_uri,
            entrypoint=["python3", f"{code}/run.py"],
            instance_count=1,
            instance_type=self.parameters.instance_type,
            max_runtime_in_seconds=max_minutes * 60,
            env=CORRELATION,
            sagemaker_session=self.session,
        )
        sources = {
            key: _input(key, uri, f"{CONTAINER}/input/{key}") for key, uri in (inputs or {}).items()
        }
        code_input = _input("code", f"{placeholders.CODE_S3_URI}/{folder}/", code)
        target = ProcessingS3Output(
            s3_uri=output_uri,
            local_path=f"{CONTAINER}/output/{output}",
            s3_upload_mode="EndOfJob",
        )
        return ProcessingStep(
            name=name,
            step_args=processor.run(
                inputs=[code_input, *sources.values()],
                outputs=[ProcessingOutput(output_name=output, s3_output=target)],
                arguments=list(arguments) or None,
            ),
            property_files=list(property_files),
        )

    def training_step(
        self,
        name: str,
        *,
        folder: str,
        channels: Mapping[str, Any] | None = None,
        hyperparameters: Mapping[str, Any] | None = None,
        image_uri: str = placeholders.IMAGE_URI,
        max_minutes: int = 60,
    ) -> TrainingStep:
        """A step that trains with `pipeline_defs/steps/{folder}/run.py` in script mode.

        What the script writes to `SM_MODEL_DIR` becomes model.tar.gz, whose S3 URI is
        `step.properties.ModelArtifacts.S3ModelArtifacts`.

        Args:
            name: name of the step.
            folder: the step's folder; all of it is the script's working directory.
            channels: S3 URI by channel, found in the folder that `SM_CHANNEL_{CHANNEL}` names.
            hyperparameters: arguments of the script by name, strings or pipeline variables.
            image_uri: image with the SageMaker Training Toolkit; the default is scikit-learn's.
            max_minutes: time limit of the job.
        """
        code = {"code": f"{placeholders.CODE_S3_URI}/{folder}/"}
        script = {"sagemaker_program": "run.py", "sagemaker_submit_directory": SUBMITTED_CODE}
        request = {
            "AlgorithmSpecification": {"TrainingImage": image_uri, "TrainingInputMode": "File"},
            "Environment": CORRELATION,
            "HyperParameters": {**script, **(hyperparameters or {})},
            "InputDataConfig": [
                _channel(key, uri) for key, uri in {**code, **(channels or {})}.items()
            ],
            "OutputDataConfig": {"S3OutputPath": self.output_uri()},
            "ResourceConfig": {
                "InstanceCount": 1,
                "InstanceType": self.parameters.instance_type,
                "VolumeSizeInGB": 30,
            },
            "RoleArn": placeholders.JOB_ROLE_ARN,
            "StoppingCondition": {"MaxRuntimeInSeconds": max_minutes * 60},
        }
        return _Training(name, request)


class _Training(TrainingStep):  # type: ignore[misc]
    """A step of this request: the SDK's own trainer asks IAM about the role while composing."""

    def __init__(self, name: str, request: dict[str, Any]) -> None:
        super().__init__(name)
        self._request = request

    @property
    def arguments(self) -> dict[str, Any]:
        """The CreateTrainingJob request, without a name."""
        return self._request


def output_uri(step: ProcessingStep, output: str) -> Any:
    """Where `step` left its output in S3; using it makes a step run after that one."""
    return step.properties.ProcessingOutputConfig.Outputs[output].S3Output.S3Uri


def _check_limits(name: str, arguments: Sequence[Any], inputs: Mapping[str, Any]) -> None:
    if len(arguments) > MAX_ARGUMENTS:
        raise ValueError(
            f"step {name} has {len(arguments)} arguments, and a job takes {MAX_ARGUMENTS}: put "
            "them into a file that the step reads"
        )
    for argument in arguments:
        if isinstance(argument, str) and len(argument) > MAX_ARGUMENT_LENGTH:
            raise ValueError(
                f"step {name}: the argument {argument[:40]}… has {len(argument)} characters, and a "
                f"job takes {MAX_ARGUMENT_LENGTH}: put it into a file that the step reads"
            )
    if len(inputs) >= MAX_INPUTS:
        raise ValueError(
            f"step {name} has {len(inputs)} inputs, and a job takes {MAX_INPUTS - 1} beside its "
            "code: put several below one S3 prefix"
        )


def _channel(name: str, uri: Any) -> dict[str, Any]:
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": uri,
        "S3DataDistributionType": "FullyReplicated",
    }
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def _input(name: str, uri: Any, local_path: str) -> ProcessingInput:
    return ProcessingInput(
        input_name=name,
        s3_input=ProcessingS3Input(
            s3_uri=uri, local_path=local_path, s3_data_type="S3Prefix", s3_input_mode="File"
        ),
    )
