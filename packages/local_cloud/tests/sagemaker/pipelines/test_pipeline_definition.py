"""Reading, checking and ordering pipeline definitions, and their parameters."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_cloud.sagemaker.pipelines.engine.definition import Parameter
from local_cloud.sagemaker.pipelines.engine.definition_checks import parse_definition
from local_cloud.sagemaker.pipelines.engine.errors import DefinitionError, ParameterError
from local_cloud.sagemaker.pipelines.engine.graph import dependencies, downstream
from local_cloud.sagemaker.pipelines.engine.parameters import resolve_parameters


def fail_step(name: str, message: Any = "no", **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": message}, **more}


def lambda_step(name: str, arguments: Any = None, **more: Any) -> dict[str, Any]:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    return {
        "Name": name,
        "Type": "Lambda",
        "FunctionArn": arn,
        "Arguments": arguments or {},
        **more,
    }


def condition_step(name: str, then: list[Any], other: list[Any], left: Any = 1) -> dict[str, Any]:
    condition = {"Type": "Equals", "LeftValue": left, "RightValue": 1}
    arguments = {"Conditions": [condition], "IfSteps": then, "ElseSteps": other}
    return {"Name": name, "Type": "Condition", "Arguments": arguments}


def document(*steps: Any, parameters: Any = ()) -> str:
    return json.dumps(
        {"Version": "2020-12-01", "Parameters": list(parameters), "Steps": list(steps)}
    )


def test_steps_wait_for_what_they_name_read_and_stand_in() -> None:
    definition = parse_definition(
        document(
            lambda_step("A"),
            lambda_step("B", {"x": {"Get": "Steps.A.OutputParameters['y']"}}),
            condition_step(
                "C", [lambda_step("T")], [fail_step("E")], {"Get": "Steps.B.OutputParameters['z']"}
            ),
            lambda_step("D", DependsOn=["T"]),
        )
    )
    waits_for = dependencies(definition)
    assert waits_for == {
        "A": frozenset(),
        "B": {"A"},
        "C": {"B"},
        "T": {"C"},
        "E": {"C"},
        "D": {"T"},
    }
    assert downstream(["T"], waits_for) == {"T", "D"}
    assert downstream(["B"], waits_for) == {"B", "C", "T", "E", "D"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "Unable to parse pipeline definition"),
        ("[]", "Expecting a JSON object"),
        ('{"Version": "1"}', "Version must be '2020-12-01'"),
        ('{"Version": "2020-12-01", "Steps": {}}', "Expecting start of Json Array for Steps"),
        (document(), "at least one step"),
        (document({"Name": "A"}), "Type is missing"),
        (document({"Name": "A", "Type": "Dance"}), "unknown type 'Dance'"),
        (document(lambda_step("A b")), "Invalid step name"),
        (document(lambda_step("A"), lambda_step("A")), "Duplicate step names"),
        (document(lambda_step("A", DependsOn=["Z"])), "Z, which is undefined"),
        (document(lambda_step("A", DependsOn=[{}])), "step names only"),
        (document(lambda_step("A", DependsOn=["F"]), fail_step("F")), "A can not depends on F"),
        (document(lambda_step("A", {"x": {"Get": "Parameters.P"}})), "parameter P is undefined"),
        (document(lambda_step("A", {"x": {"Get": "Execution.Moon"}})), "Execution.Moon is unknown"),
        (document(lambda_step("A", {"x": {"Get": "Moon"}})), "unknown reference 'Moon'"),
        (
            document(lambda_step("A"), lambda_step("B", {"x": {"Get": "Steps.A.PropertyFiles.R"}})),
            "property file R of A is undefined",
        ),
        (
            document(lambda_step("A", DependsOn=["B"]), lambda_step("B", DependsOn=["A"])),
            "Cycle detected",
        ),
        (document({"Name": "L", "Type": "Lambda"}), "needs a FunctionArn"),
        (document({"Name": "P", "Type": "Processing"}), "needs an AppSpecification"),
        (document({"Name": "C", "Type": "Condition"}), "needs a list of Conditions"),
        (
            document(fail_step("F"), parameters=[{"Name": "N", "Type": "Number"}]),
            "unknown type 'Number'",
        ),
        (
            document(
                fail_step("F"), parameters=[{"Name": "N", "Type": "Integer", "DefaultValue": "1"}]
            ),
            "not of type Integer",
        ),
        (
            document(
                {
                    "Name": "P",
                    "Type": "Processing",
                    "Arguments": {"AppSpecification": {}},
                    "PropertyFiles": [
                        {"PropertyFileName": "R", "OutputName": "o", "FilePath": "r.json"}
                    ],
                }
            ),
            "names the output o, which the step does not have",
        ),
    ],
)
def test_malformed_definitions_are_refused_by_name(text: str, problem: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_definition(text)
    assert problem in str(caught.value)


DECLARED = (
    Parameter("Name", "String", None, ()),
    Parameter("Count", "Integer", 2, ()),
    Parameter("Rate", "Float", 0.5, ()),
    Parameter("Dry", "Boolean", False, ()),
    Parameter("Size", "String", "small", ("small", "large")),
)


def test_passed_parameters_take_their_declared_type() -> None:
    passed = {"Name": "7", "Count": "7", "Rate": "7", "Dry": "TRUE", "Size": "large"}
    assert resolve_parameters(DECLARED, passed) == {
        "Name": "7",
        "Count": 7,
        "Rate": 7.0,
        "Dry": True,
        "Size": "large",
    }


def test_defaults_fill_in() -> None:
    assert resolve_parameters(DECLARED, {"Name": "x"}) == {
        "Name": "x",
        "Count": 2,
        "Rate": 0.5,
        "Dry": False,
        "Size": "small",
    }


@pytest.mark.parametrize(
    ("passed", "problem"),
    [
        ({}, "Parameters ['Name'] do not have default values"),
        ({"Name": "x", "Nmae": "y"}, "Unknown parameters ['Nmae']"),
        ({"Name": ""}, "too short (length: 0, required minimum: 1)"),
        ({"Name": "x", "Count": "many"}, "Count expects type Integer, got 'many'"),
        ({"Name": "x", "Dry": "1"}, "Dry expects type Boolean"),
        ({"Name": "x", "Size": "huge"}, "is not one of ['small', 'large']"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(passed: dict[str, str], problem: str) -> None:
    with pytest.raises(ParameterError) as caught:
        resolve_parameters(DECLARED, passed)
    assert problem in str(caught.value)


RETRIES = [{"ExceptionType": ["Step.SERVICE_FAULT"], "MaxAttempts": 3, "IntervalSeconds": 5}]


def test_sensible_retries_and_a_disabled_cache_are_taken() -> None:
    step = lambda_step("A", RetryPolicies=RETRIES, CacheConfig={"Enabled": False})
    assert len(parse_definition(document(step)).steps) == 1


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"CacheConfig": {"Enabled": True, "ExpireAfter": "30d"}}, "Step A has a CacheConfig"),
        ({"CacheConfig": {"Enabled": "yes"}}, "needs Enabled"),
        ({"RetryPolicies": {"ExceptionType": []}}, "must be a list"),
        ({"RetryPolicies": [{"MaxAttempts": 2}]}, "needs a list ExceptionType"),
        ({"RetryPolicies": [{"ExceptionType": ["ValueError"]}]}, "Step.THROTTLING"),
        ({"RetryPolicies": [{**RETRIES[0], "ExpireAfterMin": 5}]}, "choose one"),
    ],
)
def test_policies_of_a_step_are_checked(more: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        parse_definition(document(lambda_step("A", **more)))
