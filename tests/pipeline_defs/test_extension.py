"""A user's own step in front of registration."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import catalogue
import pipeline_defs.extensions
from tests.pipeline_defs.rendering import option, render, steps

if TYPE_CHECKING:
    from pipeline_defs.extension import Extended
    from pipeline_defs.scope import Scope
    from pipeline_defs.sdk import ModelStep, ProcessingStep

STEPS_FOLDER = Path(pipeline_defs.extensions.__path__[0]).parent / "steps"


@pytest.fixture(scope="module")
def example(models: dict[str, catalogue.Model]) -> str:
    from pipeline_defs.examples import evaluation

    return evaluation.definition("depth", models["depth"])


def test_example_registers_only_what_passed(example: str) -> None:
    rendered = render(example)

    assert [step["Name"] for step in rendered["Steps"]] == [
        "DownloadModel",
        "EvaluateModel",
        "EvaluationPassed",
    ]
    condition = rendered["Steps"][2]["Arguments"]
    assert [step["Name"] for step in condition["IfSteps"]] == ["RegisterModel"]
    assert [step["Type"] for step in condition["ElseSteps"]] == ["Fail"]
    assert condition["Conditions"] == [
        {
            "Type": "Equals",
            "LeftValue": {
                "Std:JsonGet": {
                    "PropertyFile": {"Get": "Steps.EvaluateModel.PropertyFiles.Evaluation"},
                    "Path": "passed",
                }
            },
            "RightValue": True,
        }
    ]
    assert "MaxZipBytes" in {parameter["Name"] for parameter in rendered["Parameters"]}


def test_example_leaves_download_and_registration_as_they_are(
    example: str, definitions: dict[str, str]
) -> None:
    usual, extended = steps(render(definitions["depth"])), steps(render(example))

    for name in ("DownloadModel", "RegisterModel"):
        assert extended[name] == usual[name]


def test_code_of_every_processing_step_exists(example: str) -> None:
    for step in steps(render(example)).values():
        if step["Type"] == "Processing":
            entry = step["Arguments"]["AppSpecification"]["ContainerEntrypoint"][1]
            folder, file = entry.split("/")[-2:]
            assert (STEPS_FOLDER / folder / file).is_file()
    assert option(steps(render(example))["EvaluateModel"], "--max-zip-bytes") == [
        {"Get": "Parameters.MaxZipBytes"}
    ]


def test_extension_module_is_found_by_the_model_type(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    models: dict[str, catalogue.Model],
    definition: Callable[..., str],
    example: str,
) -> None:
    from pipeline_defs.examples import evaluation
    from pipeline_defs.extension import ExtensionError, extension_of, two_steps

    source = Path(str(evaluation.__file__)).read_text()
    (tmp_path / "extended_depth.py").write_text(source)
    (tmp_path / "faulty.py").write_text("")
    _look_into(pipeline_defs.extensions, tmp_path, monkeypatch)

    assert extension_of("not-extended") is two_steps
    found = definition("extended-depth", models["depth"])
    assert json.loads(found) == json.loads(example.replace('"depth"', '"extended-depth"'))
    with pytest.raises(ExtensionError, match=r"extensions\.faulty defines no extend"):
        extension_of("faulty")


def test_pipeline_without_registration_is_refused(
    models: dict[str, catalogue.Model], definition: Callable[..., str]
) -> None:
    from pipeline_defs.extension import Extended, ExtensionError

    def forgets(_: Scope, download: ProcessingStep, __: ModelStep) -> Extended:
        return Extended([download])

    with pytest.raises(ExtensionError, match="depth registers no model"):
        definition("depth", models["depth"], forgets)


def test_pipeline_that_approves_by_itself_is_refused(
    models: dict[str, catalogue.Model], definition: Callable[..., str]
) -> None:
    from pipeline_defs.extension import Extended, ExtensionError

    def approves(_: Scope, download: ProcessingStep, register: ModelStep) -> Extended:
        register.step_args.create_model_package_request["ModelApprovalStatus"] = "Approved"
        return Extended([download, register])

    with pytest.raises(ExtensionError, match=r"step RegisterModel .* approval status 'Approved'"):
        definition("depth", models["depth"], approves)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ({"arguments": ["x"] * 101}, "step Train has 101 arguments, and a job takes 100"),
        ({"arguments": ["x" * 257]}, "step Train: the argument x+… has 257 characters"),
        ({"inputs": {f"i{n}": "s3://b/k" for n in range(10)}}, "step Train has 10 inputs"),
    ],
)
def test_a_step_that_no_job_takes_is_refused(
    models: dict[str, catalogue.Model],
    definition: Callable[..., str],
    step: dict[str, Any],
    says: str,
) -> None:
    from pipeline_defs.extension import Extended

    def trains(scope: Scope, download: ProcessingStep, register: ModelStep) -> Extended:
        train = scope.processing_step(
            "Train", folder="train", output="o", output_uri=scope.output_uri("o"), **step
        )
        return Extended([download, train, register])

    with pytest.raises(ValueError, match=says):
        definition("depth", models["depth"], trains)


def test_calls_to_aws_are_refused_while_composing() -> None:
    from pipeline_defs import offline

    with pytest.raises(offline.NetworkRefusedError, match="pass S3 URIs and ARNs"):
        offline.session().client("sts").get_caller_identity()


def _look_into(package: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
