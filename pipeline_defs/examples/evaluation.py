"""Example: a version is registered only after an evaluation passed.

As `pipeline_defs/extensions/depth.py` it would apply to `depth`. The step's own code is
`pipeline_defs/steps/evaluate_model/`.
"""

from catalogue import Model
from pipeline_defs.download import OUTPUT
from pipeline_defs.extension import Extended
from pipeline_defs.generator import definition as definition_with
from pipeline_defs.scope import CONTAINER, Scope, output_uri
from pipeline_defs.sdk import (
    ConditionEquals,
    ConditionStep,
    FailStep,
    Join,
    JsonGet,
    ModelStep,
    ParameterString,
    ProcessingStep,
    PropertyFile,
)


def extend(scope: Scope, download: ProcessingStep, register: ModelStep) -> Extended:
    """Download, evaluate; then register, or fail with what the evaluation said."""
    max_zip_bytes = ParameterString(name="MaxZipBytes", default_value="100000000")
    report = PropertyFile(name="Evaluation", output_name="evaluation", path="evaluation.json")
    evaluate = scope.processing_step(
        "EvaluateModel",
        folder="evaluate_model",
        inputs={"model": output_uri(download, OUTPUT)},
        arguments=[
            *("--model-dir", f"{CONTAINER}/input/model"),
            *("--max-zip-bytes", max_zip_bytes),
            *("--output-dir", f"{CONTAINER}/output/evaluation"),
        ],
        output="evaluation",
        output_uri=scope.output_uri("evaluation"),
        property_files=[report],
    )
    message = JsonGet(step_name=evaluate.name, property_file=report, json_path="message")
    passed = JsonGet(step_name=evaluate.name, property_file=report, json_path="passed")
    refuse = FailStep(
        name="RefuseModel",
        error_message=Join(on=" ", values=["The evaluation failed:", message]),
    )
    decide = ConditionStep(
        name="EvaluationPassed",
        conditions=[ConditionEquals(left=passed, right=True)],
        if_steps=[register],
        else_steps=[refuse],
    )
    return Extended([download, evaluate, decide], parameters=(max_zip_bytes,))


def definition(model_type: str, model: Model) -> str:
    """The template of a model's pipeline definition with this example in front of registration."""
    return definition_with(model_type, model, extend)
