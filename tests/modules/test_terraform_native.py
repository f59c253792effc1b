"""`terraform validate` and `test`: the configuration, its validations and its contracts."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.modules.planner import Planner
from vis_assis.build.environments import ROOT

TEST_FILES = sorted((ROOT / "tests").glob("*.tftest.hcl"))


def formatted_folders() -> list[str]:
    """The folders that `make lint` and `make fmt` look through beside the root's own files."""
    (line,) = re.findall(r"^FORMATTED := (.*)$", (ROOT / "Makefile").read_text(), re.M)
    return str(line).split()


def test_formatting_covers_what_is_committed_and_not_what_tests_write() -> None:
    committed = subprocess.run(
        ["git", "ls-files", "*.tf", "*.tfvars", "*.tftest.hcl"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    folders = {name.split("/")[0] for name in committed if "/" in name}
    assert sorted(folders) == sorted(formatted_folders())
    recipes = re.findall(r"fmt.* -recursive (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert recipes == 2 * ["$(FORMATTED)"]


def test_the_configuration_is_valid(planner: Planner) -> None:
    # The tests' own files are validated as they run below; here each would load the provider anew.
    assert "Success!" in planner.terraform.run("validate", "-no-color", "-no-tests").stdout


def test_every_module_has_a_contract() -> None:
    tested = {
        name
        for path in TEST_FILES
        for name in re.findall(r'source = "\./modules/(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert tested == {path.name for path in (ROOT / "modules").iterdir() if path.is_dir()}


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


@pytest.fixture(scope="module")
def native_messages(planner: Planner, request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """What `terraform test` tells of the chosen files; one run, as each loads the provider anew."""
    chosen = [
        f"-filter=tests/{item.callspec.id}"
        for item in request.session.items
        if isinstance(item, pytest.Function) and "native_messages" in item.fixturenames
    ]
    told = planner.terraform.run("test", "-json", *chosen, allowed=(0, 1), quiet=True).stdout
    return [json.loads(line) for line in told.splitlines()]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", TEST_FILES, ids=lambda path: path.name)
def test_the_native_tests_pass(native_messages: list[dict[str, Any]], path: Path) -> None:
    of_file = [m for m in native_messages if m.get("@testfile") == f"tests/{path.name}"]
    failed = [m["@message"] for m in of_file if m["type"] == "diagnostic"]
    runs = [
        m["test_run"]["status"]
        for m in of_file
        if m["type"] == "test_run" and "status" in m["test_run"]
    ]
    assert set(runs) == {"pass"}, "; ".join(failed)


def _root_tests() -> str:
    return "".join(path.read_text("utf-8") for path in TEST_FILES if path.name.startswith("root"))


def _root_variables() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("variables*.tf"))
