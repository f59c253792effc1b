"""build/local.env says the same to a shell, to python-dotenv's rules and to a plain reader."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from vis_assis.cli import stack_commands
from vis_assis.local import environment_file
from vis_assis.local.environment_file import environment_lines, read_environment, write_environment
from vis_assis.stack.target import Target
from vis_assis.terraform.runner import Terraform

CLOUD = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
    "AWS_SECRET_ACCESS_KEY": "local-cloud-root",
    "NO_PROXY": "127.0.0.1,localhost",
}
OUTPUTS = {
    "api_url": "http://127.0.0.1:4566/_aws/execute-api/abc",
    "dashboard_url": "https://console.example/?region=eu-west-1&x=$HOME#dashboards:name=a b",
    "empty": "",
    "enabled": True,
    "pipeline_names": {"depth": "vis-assis-depth-pipeline", "it's": 'a "\\" in $(it)'},
    "user_pool_id": "eu-west-1_abc",
}
VALUES = {
    **CLOUD,
    "VIS_ASSIS_API_URL": OUTPUTS["api_url"],
    "VIS_ASSIS_DASHBOARD_URL": OUTPUTS["dashboard_url"],
    "VIS_ASSIS_EMPTY": "",
    "VIS_ASSIS_ENABLED": "true",
    "VIS_ASSIS_USER_POOL_ID": "eu-west-1_abc",
}
JSON = "VIS_ASSIS_PIPELINE_NAMES"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_environment(tmp_path / "new" / "local.env", CLOUD, OUTPUTS)
    return tmp_path / "new" / "local.env"


def check(values: dict[str, str]) -> None:
    assert {name: value for name, value in values.items() if name != JSON} == VALUES
    assert json.loads(values[JSON]) == OUTPUTS["pipeline_names"]


def test_a_shell_gets_every_value(file: Path) -> None:
    script = f"set -a; . {file}; set +a; env -0"
    printed = subprocess.run(
        ["env", "-i", "/bin/sh", "-c", script], capture_output=True, text=True, check=True
    ).stdout
    values = dict(line.split("=", 1) for line in printed.split("\0") if line)
    check({name: values[name] for name in (*VALUES, JSON)})


def test_the_commands_get_every_value(file: Path) -> None:
    check(read_environment(file))


def test_between_quotes_is_nothing_that_python_dotenv_would_change(file: Path) -> None:
    """Its grammar takes the text up to the next quote, and drops a backslash before ' and \\."""
    quoted = [line.split("=", 1)[1] for line in file.read_text().splitlines() if "='" in line]
    assert len(quoted) == 2
    for text in quoted:
        assert re.fullmatch(r"'(\\(?![\\'])|[^\\'])*'", text), text


def test_a_reader_that_knows_no_quotes_gets_the_simple_values(file: Path) -> None:
    values = dict(line.split("=", 1) for line in file.read_text().splitlines())
    simple = {name: value for name, value in VALUES.items() if "DASHBOARD" not in name}
    assert {name: values[name] for name in simple} == simple


def test_values_written_by_hand_may_have_quotes(tmp_path: Path) -> None:
    (tmp_path / ".env.local").write_text("A=\"x y\"\nB='z'\nC=it's\n# comment\n\n")
    assert read_environment(tmp_path / ".env.local") == {"A": "x y", "B": "z", "C": "it's"}


def test_an_output_of_several_lines_is_left_out() -> None:
    assert environment_lines({}, {"env_local": "A=1\nB=2\n", "region": "eu-west-1"}) == [
        "VIS_ASSIS_REGION=eu-west-1"
    ]


def test_the_file_is_never_seen_half_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.read_text()

    def fail(self: Path, text: str) -> int:
        with self.open("w") as half:
            half.write(text[:20])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="disk full"):
        write_environment(file, CLOUD, {"api_url": "other"})
    assert file.read_text() == before


def test_a_deployment_brings_the_file_up_to_date(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment_file, "FILE", file)
    monkeypatch.setenv("AWS_ENDPOINT_URL", CLOUD["AWS_ENDPOINT_URL"])
    target = Target(Terraform(file.parent, {}), is_local=True, where="here")
    stack_commands._refresh_environment(target, {"names": {"a": "b c"}})
    assert read_environment(file) == {**CLOUD, "VIS_ASSIS_NAMES": '{"a":"b c"}'}
