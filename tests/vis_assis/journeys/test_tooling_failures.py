"""What can be expected to fail in demo, local and validate ends in one line, not a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from local_cloud import LocalCloud, StartupError
from vis_assis import __main__ as vis_assis_main
from vis_assis.build import environments
from vis_assis.errors import CommandError
from vis_assis.journeys import demo_edge as edge, demo_navigation as navigation, demo_run
from vis_assis.journeys.edge_path import EdgePathError
from vis_assis.local import local_stack

MODEL = edge.ModelRow("depth", 1, "ab" * 32, 10, 2, 1.0)
RELEASE = navigation.ReleaseRow("upload", "r-1", "serving", 1.0)


class FakeStack:
    """A stack whose destroy leaves what the test says."""

    def __init__(self, left: dict[str, list[str]]) -> None:
        self._resources = {"lambda function": ["a", "b"], "s3 bucket": ["c"]}
        self._left = left
        self.terraform = self
        self.ended = False

    def destroy(self) -> None:
        self._resources = self._left

    def inventory(self) -> dict[str, list[str]]:
        return self._resources


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's report, with one of an earlier run in its place."""
    file = tmp_path / "demo-report.json"
    file.write_text("of an earlier run")
    monkeypatch.setattr(demo_run, "REPORT", file)
    monkeypatch.setattr(demo_run, "ROOT", tmp_path)
    monkeypatch.setattr(vis_assis_main, "WITHOUT_TERRAFORM", ("demo", "local"))
    return file


def demo_on(stack: FakeStack, monkeypatch: pytest.MonkeyPatch, failure: Any = None) -> Any:
    @contextmanager
    def deployed(*_: Any, **__: Any) -> Iterator[FakeStack]:
        try:
            yield stack
        finally:
            stack.ended = True

    def models(*_: Any) -> list[edge.ModelRow]:
        if failure is not None:
            raise failure
        return [MODEL]

    monkeypatch.setattr(demo_run, "local_stack", deployed)
    monkeypatch.setattr(edge, "run", models)
    monkeypatch.setattr(navigation, "run", lambda *_: [RELEASE])
    return CliRunner().invoke(vis_assis_main.app, ["demo"])


def test_a_demo_without_a_deviation_reports_what_it_saw(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = demo_on(FakeStack({}), monkeypatch)
    assert done.exit_code == 0, done.output
    written = json.loads(report.read_text())
    assert written["models"] == [MODEL.as_dict()]
    assert written["remaining_resources"] == 0
    assert written["resources"] == {
        "lambda function": {"before": 2, "after": 0},
        "s3 bucket": {"before": 1, "after": 0},
    }


@pytest.mark.parametrize(
    ("failure", "exit_code", "told"),
    [
        (EdgePathError("depth ended as Failed"), 1, "demo failed: depth ended as Failed"),
        (CommandError("depth has no config.json"), 1, "demo failed: depth has no config.json"),
        (KeyboardInterrupt(), 130, "demo was interrupted"),
    ],
)
def test_a_demo_with_a_deviation_fails_without_a_report(
    report: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
    exit_code: int,
    told: str,
) -> None:
    stack = FakeStack({})
    done = demo_on(stack, monkeypatch, failure)
    assert done.exit_code == exit_code
    assert stack.ended
    assert done.stderr.startswith(told)
    assert len(done.stderr.splitlines()) == 1
    assert not report.exists()
    assert "the report is" not in done.output


def test_leftovers_fail_the_demo(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = demo_on(FakeStack({"iam role": ["left"]}), monkeypatch)
    assert done.exit_code == 1
    assert done.stderr == "demo failed: destroy left behind: iam role left\n"
    assert not report.exists()


def test_an_inventory_that_sees_nothing_fails_the_demo(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = FakeStack({})
    stack.destroy()
    assert demo_on(stack, monkeypatch).exit_code == 1
    assert not report.exists()


@pytest.mark.parametrize("command", ["demo", "local"])
@pytest.mark.parametrize(
    "failure", [StartupError("server ended"), CommandError("uv has no network")]
)
def test_a_cloud_that_does_not_start_is_one_line(
    command: str,
    failure: Exception,
    report: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(demo_run.main, "__defaults__", (tmp_path / "demo",))
    monkeypatch.setattr(LocalCloud, "start", fail)
    assert_one_line(command, tmp_path, str(failure))


def test_packages_that_cannot_be_installed_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho 'error: no\nnetwork' >&2\nexit 2\n")
    uv.chmod(0o755)
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    monkeypatch.setattr(environments, "find_uv", lambda: str(uv))
    environment = environments.Environment("test-no-such", "3.13", ())
    with pytest.raises(CommandError, match=r"test-no-such .*: error: no network"):
        environments.ensure(environment)


def test_a_second_run_in_the_same_folder_is_refused_and_takes_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vis_assis_main, "WITHOUT_TERRAFORM", ("demo", "local"))
    folder = tmp_path / "local"
    folder.mkdir()
    (folder / "state").touch()
    (tmp_path / "local.env").write_text("AWS_ENDPOINT_URL=http://127.0.0.1:1\n")
    with local_stack.sole_use(folder):
        assert_one_line("local", tmp_path, "another run uses", str(folder), "end that one first")
        with pytest.raises(CommandError), local_stack.local_cloud(folder):
            pass
    assert (folder / "state").exists()
    assert (tmp_path / "local.env").exists()
    with local_stack.sole_use(folder):
        pass


def assert_one_line(command: str, folder: Path, *parts: str) -> None:
    options = []
    if command == "local":
        file = str(folder / "local.env")
        options = ["--state-dir", str(folder / "local"), "--environment-file", file]
    done = CliRunner().invoke(vis_assis_main.app, [command, *options])
    assert done.exit_code == 1, done.output
    assert done.stderr.startswith(f"{command} failed: ")
    assert len(done.stderr.splitlines()) == 1
    for part in parts:
        assert part in done.stderr
