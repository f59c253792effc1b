"""The definitions of the catalogue's models, as Terraform renders them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import catalogue
from catalogue.model import MAX_PATTERNS
from pipeline_defs.placeholders import NAMES
from pipeline_defs.steps.download_model import order
from tests.pipeline_defs.rendering import VALUES, flags, option, render, steps

MODEL_TYPES = sorted(catalogue.load().models)


@pytest.fixture(params=MODEL_TYPES)
def model_type(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def model(model_type: str, models: dict[str, catalogue.Model]) -> catalogue.Model:
    return models[model_type]


@pytest.fixture
def rendered(model_type: str, definitions: dict[str, str]) -> dict[str, Any]:
    return render(definitions[model_type])


def test_the_placeholders_are_those_that_terraform_fills_in() -> None:
    assert set(VALUES) == NAMES


def test_same_catalogue_same_bytes(
    models: dict[str, catalogue.Model],
    definition: Callable[..., str],
    definitions: dict[str, str],
) -> None:
    assert definition("tts", models["tts"]) == definitions["tts"]


def test_nothing_of_an_account_or_a_machine_is_in_it(definitions: dict[str, str]) -> None:
    for text in definitions.values():
        for foreign in ("stand-in", "offline", "us-east-1", "000000000000", "file:"):
            assert foreign not in text


def test_parameters_and_their_defaults(rendered: dict[str, Any]) -> None:
    assert rendered["Version"] == "2020-12-01"
    assert {p["Name"]: p["DefaultValue"] for p in rendered["Parameters"]} == {
        "Revision": VALUES["revision"],
        "InstanceType": VALUES["instance_type"],
        "OutputPrefix": VALUES["output_prefix"],
        "AllowedLicences": VALUES["allowed_licences"],
    }
    assert {p["Type"] for p in rendered["Parameters"]} == {"String"}


def test_download_step(rendered: dict[str, Any], model_type: str, model: catalogue.Model) -> None:
    step = rendered["Steps"][0]
    arguments = step["Arguments"]

    assert (step["Name"], step["Type"]) == ("DownloadModel", "Processing")
    assert arguments["RoleArn"] == VALUES["job_role_arn"]
    assert arguments["AppSpecification"]["ImageUri"] == VALUES["image_uri"]
    assert arguments["ProcessingResources"]["ClusterConfig"]["InstanceType"] == {
        "Get": "Parameters.InstanceType"
    }
    assert arguments["Environment"] == {"CORRELATION_ID": {"Get": "Execution.PipelineExecutionId"}}
    (code,) = arguments["ProcessingInputs"]
    assert code["S3Input"]["S3Uri"] == f"{VALUES['code_s3_uri']}/download_model/"
    entry = arguments["AppSpecification"]["ContainerEntrypoint"]
    assert entry == ["python3", f"{code['S3Input']['LocalPath']}/run.py"]
    assert option(step, "--model-type") == [model_type]
    assert option(step, "--file") == list(model.files)
    assert option(step, "--revision") == [{"Get": "Parameters.Revision"}]
    assert option(step, "--allowed-licences") == [{"Get": "Parameters.AllowedLicences"}]
    assert ("--accept-licence" in flags(step)) == model.accept_licence
    assert not flags(step) & {"--gated", "--token-secret-arn"}
    assert all(
        len(value) <= 256
        for value in arguments["AppSpecification"]["ContainerArguments"]
        if isinstance(value, str)
    )


def test_the_step_understands_its_arguments(
    rendered: dict[str, Any], model_type: str, model: catalogue.Model
) -> None:
    arguments = rendered["Steps"][0]["Arguments"]
    defaults = {p["Name"]: p["DefaultValue"] for p in rendered["Parameters"]}
    words = [
        value if isinstance(value, str) else defaults[value["Get"].removeprefix("Parameters.")]
        for value in arguments["AppSpecification"]["ContainerArguments"]
    ]

    asked = order.parse(words)

    assert (asked.model_type, asked.repository) == (model_type, model.repository)
    assert asked.allowed_licences == ("Apache-2.0", "MIT")
    assert asked.max_bytes == model.max_size_mb * 1024 * 1024
    (output,) = arguments["ProcessingOutputConfig"]["Outputs"]
    assert str(asked.output_dir) == output["S3Output"]["LocalPath"]


def test_artifacts_lie_where_the_architecture_says(
    rendered: dict[str, Any], model_type: str
) -> None:
    step = rendered["Steps"][0]
    (output,) = step["Arguments"]["ProcessingOutputConfig"]["Outputs"]

    assert output["S3Output"]["S3Uri"] == {
        "Std:Join": {
            "On": "/",
            "Values": [
                "s3://outputs",
                {"Get": "Parameters.OutputPrefix"},
                model_type,
                {"Get": "Execution.PipelineExecutionId"},
            ],
        }
    }
    assert step["PropertyFiles"] == [
        {
            "PropertyFileName": "Provenance",
            "OutputName": output["OutputName"],
            "FilePath": "provenance.json",
        }
    ]


def test_registration_step(rendered: dict[str, Any], model: catalogue.Model) -> None:
    step = rendered["Steps"][1]
    arguments = step["Arguments"]

    assert len(rendered["Steps"]) == 2
    assert (step["Name"], step["Type"]) == ("RegisterModel", "RegisterModel")
    assert arguments["ModelPackageGroupName"] == VALUES["model_package_group_name"]
    assert arguments["ModelApprovalStatus"] == "PendingManualApproval"
    (container,) = arguments["InferenceSpecification"]["Containers"]
    assert container["ModelDataSource"]["S3DataSource"] == {
        "S3Uri": {
            "Std:Join": {
                "On": "/",
                "Values": [
                    {
                        "Get": "Steps.DownloadModel.ProcessingOutputConfig"
                        ".Outputs['model'].S3Output.S3Uri"
                    },
                    f"{model.repository.split('/')[1]}.zip",
                ],
            }
        },
        "S3DataType": "S3Object",
        "CompressionType": "None",
    }
    assert "ModelDataUrl" not in container
    assert arguments["CustomerMetadataProperties"] == {
        key: {
            "Std:JsonGet": {
                "PropertyFile": {"Get": "Steps.DownloadModel.PropertyFiles.Provenance"},
                "Path": key,
            }
        }
        for key in ("repository", "revision", "licence", "zip_sha256", "zip_bytes")
    }


def test_a_gated_model_gets_the_token(
    models: dict[str, catalogue.Model], definition: Callable[..., str]
) -> None:
    gated = models["tts"].model_copy(update={"gated": True})

    step = steps(render(definition("tts", gated)))["DownloadModel"]

    assert "--gated" in flags(step)
    assert option(step, "--token-secret-arn") == [VALUES["token_secret_arn"]]


def test_a_job_takes_the_arguments_of_the_largest_model(
    models: dict[str, catalogue.Model], definition: Callable[..., str]
) -> None:
    files = [f"{number}{'x' * 198}" for number in range(10, 10 + MAX_PATTERNS)]
    largest = {
        **models["tts"].model_dump(),
        "accept_licence": True,
        "files": files,
        "gated": True,
        "licence": "L" * 200,
        "repository": f"o/{'r' * 94}",
    }
    step = steps(render(definition("t" * 19, catalogue.Model(**largest))))["DownloadModel"]

    arguments = step["Arguments"]["AppSpecification"]["ContainerArguments"]
    assert len(arguments) == 100
    assert max(len(value) for value in arguments if isinstance(value, str)) <= 256


def test_every_reference_points_to_something_before_it(rendered: dict[str, Any]) -> None:
    known = {f"Parameters.{p['Name']}" for p in rendered["Parameters"]}
    known |= {"Execution.PipelineExecutionId"}
    for step in rendered["Steps"]:
        for reference in _references(step["Arguments"]):
            if reference.startswith("Steps."):
                assert reference.split(".")[1] in known
            else:
                assert reference in known
        known.add(step["Name"])


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Get":
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
