"""Example: a model is trained on data of your own before it is registered.

As `pipeline_defs/extensions/depth.py` it would apply to `depth`. The script that trains is
`pipeline_defs/steps/train_model/`; `pipeline_defs/steps/pack_model/` makes the zip.
"""

from catalogue import Model
from pipeline_defs.download import OUTPUT, PROVENANCE
from pipeline_defs.extension import Extended
from pipeline_defs.generator import definition as definition_with
from pipeline_defs.registration import registration_step
from pipeline_defs.scope import CONTAINER, Scope, output_uri
from pipeline_defs.sdk import ModelStep, ParameterString, ProcessingStep, PropertyFile


def extend(scope: Scope, download: ProcessingStep, register: ModelStep) -> Extended:
    """Download the model to begin with, train, pack; then register what was trained."""
    del register  # registers what was downloaded
    epochs = ParameterString(name="Epochs", default_value="300")
    train = scope.training_step(
        "TrainModel",
        folder="train_model",
        channels={"base": output_uri(download, OUTPUT)},
        hyperparameters={"epochs": epochs, "model-file": "onnx/model_quantized.onnx"},
    )
    pack = scope.processing_step(
        "PackModel",
        folder="pack_model",
        inputs={
            "base": output_uri(download, OUTPUT),
            "trained": train.properties.ModelArtifacts.S3ModelArtifacts,
        },
        arguments=[
            *("--trained", f"{CONTAINER}/input/trained/model.tar.gz"),
            *("--base-dir", f"{CONTAINER}/input/base"),
            *("--archive-name", scope.model.archive_name),
            *("--output-dir", f"{CONTAINER}/output/{OUTPUT}"),
        ],
        output=OUTPUT,
        output_uri=scope.output_uri("trained"),
        property_files=[PropertyFile(name=PROVENANCE, output_name=OUTPUT, path="provenance.json")],
    )
    steps = [download, train, pack, registration_step(scope, pack)]
    return Extended(steps, parameters=(epochs,))


def definition(model_type: str, model: Model) -> str:
    """The template of a model's pipeline definition with this example in front of registration."""
    return definition_with(model_type, model, extend)
