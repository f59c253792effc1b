"""Refuses a pipeline definition that could not run, as CreatePipeline does."""

from __future__ import annotations

import re
from collections import Counter

from local_cloud.sagemaker.pipelines.engine.conditions import problem_of
from local_cloud.sagemaker.pipelines.engine.definition import Definition, Step, read_definition
from local_cloud.sagemaker.pipelines.engine.errors import (
    DefinitionError,
    ExpressionError,
    ParameterError,
)
from local_cloud.sagemaker.pipelines.engine.execution_variables import EXECUTION_VARIABLES
from local_cloud.sagemaker.pipelines.engine.expressions import references
from local_cloud.sagemaker.pipelines.engine.graph import dependencies, step_references
from local_cloud.sagemaker.pipelines.engine.parameters import PARAMETER_TYPES, check_default
from local_cloud.sagemaker.pipelines.engine.step_policies import check_policies

STEP_TYPES = frozenset(
    [
        *("AutoML", "Callback", "ClarifyCheck", "Condition", "EMR", "EMRServerless", "Endpoint"),
        *("EndpointConfig", "Fail", "InferenceComponent", "Lambda", "Model", "NotebookJob"),
        *("Processing", "QualityCheck", "RegisterModel", "Training", "Transform", "Tuning"),
    ]
)
_STEP_NAME = re.compile(r"[A-Za-z0-9\-_]{1,64}")
_PARAMETER_NAME = re.compile(r"[A-Za-z0-9\-_]{1,256}")


def parse_definition(text: str) -> Definition:
    """Read and check a definition; raises DefinitionError with what is wrong with it."""
    definition = read_definition(text)
    check_definition(definition)
    return definition


def check_definition(definition: Definition) -> None:
    """Raise DefinitionError unless names are unique, references resolve and steps can be
    ordered."""
    steps = {step.name: step for step in definition.all_steps()}
    if not definition.steps:
        raise DefinitionError("Pipeline definition must contain at least one step.")
    _check_unique("step", [step.name for step in definition.all_steps()])
    _check_unique("parameter", [parameter.name for parameter in definition.parameters])
    _check_parameters(definition)
    for step in steps.values():
        _check_step(step, steps, definition)
    dependencies(definition)


def _check_unique(what: str, names: list[str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise DefinitionError(f"Duplicate {what} names in pipeline definition: {repeated}.")


def _check_parameters(definition: Definition) -> None:
    for parameter in definition.parameters:
        if not _PARAMETER_NAME.fullmatch(parameter.name):
            raise DefinitionError(f"Invalid parameter name '{parameter.name}'.")
        if parameter.type not in PARAMETER_TYPES:
            raise DefinitionError(
                f"Parameter {parameter.name} has unknown type '{parameter.type}': "
                f"use one of {', '.join(PARAMETER_TYPES)}."
            )
        try:
            check_default(parameter)
        except ParameterError as error:
            raise DefinitionError(str(error)) from error


def _check_step(step: Step, steps: dict[str, Step], definition: Definition) -> None:
    if not _STEP_NAME.fullmatch(step.name):
        raise DefinitionError(f"Invalid step name '{step.name}': at most 64 of A-Z a-z 0-9 - _.")
    if step.type not in STEP_TYPES:
        raise DefinitionError(f"Step {step.name} has unknown type '{step.type}'.")
    _check_references(step, definition)
    for needed in sorted({*step.depends_on, *step_references(step)}):
        if needed not in steps:
            raise DefinitionError(f"Step {step.name} refers to step {needed}, which is undefined.")
        if steps[needed].type == "Fail":
            raise DefinitionError(f"{step.name} can not depends on {needed}.")
    _check_property_files(step)
    check_policies(step)
    _check_by_type(step)


def _check_references(step: Step, definition: Definition) -> None:
    known = {parameter.name for parameter in definition.parameters}
    outputs = {
        other.name: {item.name for item in other.property_files} for other in definition.all_steps()
    }
    try:
        found = list(references(step.document))
    except ExpressionError as error:
        raise DefinitionError(f"Step {step.name}: {error}.") from error
    for reference in found:
        if reference.kind == "Parameters" and reference.name not in known:
            raise DefinitionError(f"Step {step.name}: parameter {reference.name} is undefined.")
        if reference.kind == "Execution" and reference.name not in EXECUTION_VARIABLES:
            raise DefinitionError(f"Step {step.name}: Execution.{reference.name} is unknown.")
        head, _, file = reference.path.partition(".")
        if head == "PropertyFiles" and file not in outputs.get(reference.name, set()):
            raise DefinitionError(
                f"Step {step.name}: property file {file} of {reference.name} is undefined."
            )


def _check_property_files(step: Step) -> None:
    config = step.arguments.get("ProcessingOutputConfig")
    outputs = config.get("Outputs") if isinstance(config, dict) else None
    names = {item.get("OutputName") for item in outputs or [] if isinstance(item, dict)}
    for file in step.property_files:
        if file.output_name not in names:
            raise DefinitionError(
                f"Property file {file.name} of step {step.name} names the output "
                f"{file.output_name}, which the step does not have."
            )


def _check_by_type(step: Step) -> None:
    if step.type == "Condition":
        conditions = step.arguments.get("Conditions")
        if not isinstance(conditions, list) or not conditions:
            raise DefinitionError(f"Condition step {step.name} needs a list of Conditions.")
        for condition in conditions:
            problem = problem_of(condition)
            if problem:
                raise DefinitionError(f"Condition step {step.name}: {problem}.")
    if step.type == "Lambda" and not step.document.get("FunctionArn"):
        raise DefinitionError(f"Lambda step {step.name} needs a FunctionArn.")
    if step.type == "Processing" and "AppSpecification" not in step.arguments:
        raise DefinitionError(f"Processing step {step.name} needs an AppSpecification.")
    if step.type == "Training" and "AlgorithmSpecification" not in step.arguments:
        raise DefinitionError(f"Training step {step.name} needs an AlgorithmSpecification.")
