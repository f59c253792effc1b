"""`terraform fmt`, `validate` and `test`: the configuration, its validations and its contracts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.modules.planner import Planner
from tooling.environments import ROOT

TEST_FILES = sorted((ROOT / "tests").glob("*.tftest.hcl"))


def test_the_configuration_is_formatted_and_valid(planner: Planner) -> None:
    planner.terraform.run("fmt", "-check", "-recursive", "-diff")
    assert "Success!" in planner.terraform.run("validate", "-no-color").stdout


def test_every_module_has_a_contract() -> None:
    tested = {
        name
        for path in TEST_FILES
        for name in re.findall(r'source = "\./modules/(\w+)"', path.read_text(encoding="utf-8"))
    }
    wired = {"model_promotion"}  # only wires two tested modules; its plan inventory is its contract
    assert tested | wired == {path.name for path in (ROOT / "modules").iterdir() if path.is_dir()}


def test_every_root_variable_with_a_rule_is_refused_once() -> None:
    expectations = re.findall(r"expect_failures = \[(.*?)\]", _root_tests(), re.S)
    refused = {name for text in expectations for name in re.findall(r"var\.(\w+)", text)}
    ruled = {
        name
        for name, body in re.findall(
            r'^variable "(\w+)" {\n(.*?)^}', _root_variables(), re.M | re.S
        )
        if "validation {" in body
    }
    assert refused == ruled


@pytest.mark.parametrize("path", TEST_FILES, ids=lambda path: path.name)
def test_the_native_tests_pass(planner: Planner, path: Path) -> None:
    done = planner.terraform.run("test", "-no-color", f"-filter=tests/{path.name}")
    assert re.search(r"Success! [1-9]\d* passed, 0 failed", done.stdout)


def _root_tests() -> str:
    return "".join(path.read_text("utf-8") for path in TEST_FILES if path.name.startswith("root"))


def _root_variables() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("variables*.tf"))
