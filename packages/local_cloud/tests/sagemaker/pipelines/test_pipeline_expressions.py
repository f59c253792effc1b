"""References and functions of pipeline definitions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from local_cloud.sagemaker.pipelines.engine.errors import ExpressionError
from local_cloud.sagemaker.pipelines.engine.expressions import (
    FUNCTIONS,
    Reference,
    evaluate,
    references,
)
from support.pipeline_scope import FakeScope

SCOPE = FakeScope(
    parameters={"Count": 3, "Flag": True, "Name": "depth"},
    variables={"PipelineExecutionId": "abc123"},
    properties={
        "Package": {
            "ProcessingOutputConfig": {
                "Outputs": [{"OutputName": "report", "S3Output": {"S3Uri": "s3://b/r"}}]
            },
            "Outcome": "true",
        }
    },
    files={("Package", "Report"): {"valid": True, "a": {"b.c": [10, {"d": "x"}]}}},
    objects={"s3://b/r/m.json": {"n": 1.5}},
)


def get(target: str) -> dict[str, Any]:
    return {"Get": target}


def json_get(path: Any) -> dict[str, Any]:
    return {
        "Std:JsonGet": {"PropertyFile": get("Steps.Package.PropertyFiles.Report"), "Path": path}
    }


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (get("Parameters.Count"), 3),
        (get("Execution.PipelineExecutionId"), "abc123"),
        (get("Steps.Package.Outcome"), "true"),
        (
            get("Steps.Package.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri"),
            "s3://b/r",
        ),
        (get("Steps.Package.ProcessingOutputConfig.Outputs[0].S3Output.S3Uri"), "s3://b/r"),
        (json_get("valid"), True),
        (json_get("$.a['b.c'][1].d"), "x"),
        (json_get({"Std:Join": {"On": ".", "Values": ["valid"]}}), True),
        (
            {
                "Std:JsonGet": {
                    "S3Uri": {"Std:Join": {"On": "/", "Values": ["s3://b/r", "m.json"]}},
                    "Path": "n",
                }
            },
            1.5,
        ),
        (
            {"Std:Join": {"On": "-", "Values": [get("Parameters.Name"), 1, 2.5, True]}},
            "depth-1-2.5-true",
        ),
        ({"Std:Join": {"Values": ["a", get("Parameters.Flag")]}}, "atrue"),
        (
            {"Nested": [get("Parameters.Flag"), {"x": get("Parameters.Count")}]},
            {"Nested": [True, {"x": 3}]},
        ),
    ],
)
def test_values(expression: Any, value: Any) -> None:
    assert evaluate(expression, SCOPE) == value


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        (get("Parameters"), "unknown reference 'Parameters'"),
        (get("Parameters.Count.More"), "malformed reference"),
        (get("Steps.Package"), "malformed reference"),
        (get("Secrets.Token"), "unknown reference"),
        (get("Steps.Package.Missing.Part"), "cannot resolve 'Steps.Package.Missing.Part'"),
        (get("Steps.Package.ProcessingOutputConfig.Outputs['other']"), "nothing at 'other'"),
        (json_get("a.nope"), "Std:JsonGet on 'Report': nothing at 'nope'"),
        (json_get("a[[0]"), "malformed path"),
        ({"Std:Join": {"On": "/", "Values": [{"plain": "object"}]}}, "can be joined"),
        ({"Std:Join": {"On": "/", "Values": "text"}}, "list of Values"),
        ({"Std:Join": ["a"]}, "takes an object"),
        (
            {"Std:JsonGet": {"PropertyFile": get("Parameters.Name"), "Path": "x"}},
            "no property file",
        ),
    ],
)
def test_problems_are_named(expression: Any, problem: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(expression, SCOPE)
    assert problem in str(caught.value)


def test_references_are_found_inside_functions_and_containers() -> None:
    value = {"a": [json_get("x")], "b": {"Std:Join": {"On": "", "Values": [get("Parameters.P")]}}}
    assert list(references(value)) == [
        Reference("Steps", "Package", "PropertyFiles.Report"),
        Reference("Parameters", "P", ""),
    ]


PLAIN_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
).filter(lambda value: not any(name in repr(value) for name in FUNCTIONS))


@given(PLAIN_JSON)
def test_plain_json_is_its_own_value(value: Any) -> None:
    assert evaluate(value, FakeScope()) == value
    assert list(references(value)) == []


@given(st.dictionaries(st.text(min_size=1), st.integers() | st.text(), min_size=1), st.data())
def test_a_quoted_path_reaches_every_key(document: dict[str, Any], data: st.DataObject) -> None:
    key = data.draw(
        st.sampled_from(sorted(document)).filter(lambda name: "'" not in name or '"' not in name)
    )
    quote = '"' if "'" in key else "'"
    scope = FakeScope(files={("Package", "Report"): document})
    assert evaluate(json_get(f"[{quote}{key}{quote}]"), scope) == document[key]


@given(st.lists(st.text(), max_size=5), st.text(max_size=3))
def test_join_is_the_joined_text(values: list[str], separator: str) -> None:
    joined = {"Std:Join": {"On": separator, "Values": values}}
    assert evaluate(joined, FakeScope()) == separator.join(values)
