"""Composes the definition of one model's pipeline."""

import json
from typing import Any

from catalogue import Model
from pipeline_defs.composing import composing
from pipeline_defs.download import download_step
from pipeline_defs.extension import Extend, ExtensionError, extension_of
from pipeline_defs.placeholders import templated
from pipeline_defs.registration import registration_step
from pipeline_defs.scope import Scope
from pipeline_defs.sdk import Pipeline


def definition(model_type: str, model: Model, extend: Extend | None = None) -> str:
    """The template of the model's pipeline definition, as JSON text.

    `extend` defaults to the model's extension module, if there is one.

    Raises:
        ExtensionError: the extension does not register a model.
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
    if "RegisterModel" not in _types(content["Steps"]):
        raise ExtensionError(
            f"the pipeline of {model_type} registers no model: `extend` must place the step "
            "`register` (or one of registration_step) among its steps, see docs/extending.md"
        )
    return templated(json.dumps(content, indent=2) + "\n")


def _types(steps: list[dict[str, Any]]) -> set[str]:
    found = set()
    for step in steps:
        found.add(step["Type"])
        for branch in ("IfSteps", "ElseSteps"):
            found |= _types(step["Arguments"].get(branch, []))
    return found
