"""Composes the definition of one model's pipeline."""

import json
from collections.abc import Iterator
from typing import Any

from catalogue import Model
from pipeline_defs.composing import composing
from pipeline_defs.download import download_step
from pipeline_defs.extension import Extend, ExtensionError, extension_of
from pipeline_defs.placeholders import templated
from pipeline_defs.registration import APPROVAL_STATUS, registration_step
from pipeline_defs.scope import Scope
from pipeline_defs.sdk import Pipeline


def definition(model_type: str, model: Model, extend: Extend | None = None) -> str:
    """The template of the model's pipeline definition, as JSON text.

    `extend` defaults to the model's extension module, if there is one.

    Raises:
        ExtensionError: the extension registers no model, or one that nobody has to approve.
        TemplateError: the result holds what Terraform would misread.
    """
    with composing():
        scope = Scope(model_type, model)
        download = download_step(scope)
        register = registration_step(scope, download)
        extended = (extend or extension_of(model_type))(scope, download, register)
        pipeline = Pipeline(
            name=model_type,
            parameters=[*scope.parameters.all(), *extended.parameters],
            steps=extended.steps,
            sagemaker_session=scope.session,
            pipeline_experiment_config=None,
        )
        content = json.loads(pipeline.definition())
    _check_registrations(model_type, content["Steps"])
    return templated(json.dumps(content, indent=2) + "\n")


def _check_registrations(model_type: str, steps: list[dict[str, Any]]) -> None:
    registrations = [step for step in _flat(steps) if step["Type"] == "RegisterModel"]
    if not registrations:
        raise ExtensionError(
            f"the pipeline of {model_type} registers no model: `extend` must place the step "
            "`register` (or one of registration_step) among its steps, see docs/extending.md"
        )
    for step in registrations:
        status = step["Arguments"].get("ModelApprovalStatus")
        if status != APPROVAL_STATUS:
            raise ExtensionError(
                f"step {step['Name']} of the pipeline of {model_type} registers with the approval "
                f"status {status!r}: use {APPROVAL_STATUS!r}, as the pipeline's role may do no "
                "other; people approve"
            )


def _flat(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        for branch in ("IfSteps", "ElseSteps"):
            yield from _flat(step["Arguments"].get(branch, []))
