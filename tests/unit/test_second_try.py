"""CI gives tests on a deployed stack one more try, says so, and turns nothing else green."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tooling.environments import ROOT
from tooling.second_try import NoSecondTryError, read_run, second_try

ONE, TWO = "tests/stack/test_stack_a.py::test_one@stack", "tests/stack/test_stack_b.py::test_two"


def write(file: Path, exit_code: int, failed: list[str], passed: list[str]) -> None:
    file.write_text(json.dumps({"exit_code": exit_code, "failed": failed, "passed": passed}))


def test_what_passes_on_the_second_try_is_named(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    write(file, 1, [ONE, TWO], ["tests/unit/test_x.py::test_x"])
    asked: list[list[str]] = []

    def again(files: list[str]) -> None:
        asked.append(files)
        write(file, 0, [], [ONE, TWO, "tests/stack/test_stack_a.py::test_before_one@stack"])

    assert second_try(file, again) == [ONE, TWO]
    assert asked == [["tests/stack/test_stack_a.py", "tests/stack/test_stack_b.py"]]


@pytest.mark.parametrize(
    ("exit_code", "failed", "reason"),
    [
        (1, [ONE, "tests/unit/test_x.py::test_x"], "need no deployed stack: tests/unit/test_x"),
        (1, [], "broke off"),
        (2, [ONE], "exit code is 2"),  # a collection error, or Ctrl-C
        (3, [ONE], "exit code is 3"),  # an internal error
        (5, [], "exit code is 5"),  # no test at all
    ],
)
def test_there_is_none_after_anything_else(
    tmp_path: Path, exit_code: int, failed: list[str], reason: str
) -> None:
    file = tmp_path / "run.json"
    write(file, exit_code, failed, [])
    with pytest.raises(NoSecondTryError, match=reason):
        second_try(file, lambda files: pytest.fail("tried again"))


def test_there_is_none_when_nothing_was_recorded(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    for content in (None, "", "[]", "{}"):
        if content is not None:
            file.write_text(content)
        with pytest.raises(NoSecondTryError, match="recorded nothing"):
            second_try(file, lambda files: pytest.fail("tried again"))


@pytest.mark.parametrize(
    ("exit_code", "failed", "passed"),
    [(1, [ONE], [TWO]), (0, [], [TWO]), (2, [], [ONE, TWO]), (5, [], [])],
)
def test_all_that_failed_must_pass(
    tmp_path: Path, exit_code: int, failed: list[str], passed: list[str]
) -> None:
    file = tmp_path / "run.json"
    write(file, 1, [ONE, TWO], [])
    with pytest.raises(NoSecondTryError, match="second try either"):
        second_try(file, lambda files: write(file, exit_code, failed, passed))


def test_a_second_try_that_records_nothing_is_a_failure(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    write(file, 1, [ONE], [])
    with pytest.raises(NoSecondTryError, match="recorded nothing"):
        second_try(file, lambda files: None)


CONFTEST = """
from pathlib import Path
from tests.run_record import RunRecord

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(RunRecord(Path("run.json")))
"""
GOOD = """
import pytest

def test_good(): pass
def test_bad(): assert False
@pytest.fixture
def broken(): raise RuntimeError
def test_broken(broken): pass
@pytest.fixture
def half(): yield; raise RuntimeError
def test_half(half): pass
@pytest.mark.skip
def test_skipped(): pass
"""


def recorded(folder: Path, files: dict[str, str], *arguments: str) -> Path:
    for name, text in {"conftest.py": CONFTEST, "pytest.ini": "[pytest]\n", **files}.items():
        (folder / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    return folder / "run.json"


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_is_recorded_as_it_ended(tmp_path: Path, workers: str) -> None:
    run = read_run(recorded(tmp_path, {"test_a.py": GOOD}, "-n", workers))
    assert run.exit_code == 1
    assert run.passed == ["test_a.py::test_good"]
    assert run.failed == [f"test_a.py::test_{name}" for name in ("bad", "broken", "half")]


def test_a_run_that_broke_off_is_recorded_as_such(tmp_path: Path) -> None:
    files = {"test_a.py": GOOD, "test_b.py": "import nothing_of_the_kind\n"}
    assert read_run(recorded(tmp_path, files)).exit_code == 2
    crash = CONFTEST + "\ndef pytest_runtest_protocol(item): raise RuntimeError\n"
    assert read_run(recorded(tmp_path, {"conftest.py": crash, "test_b.py": ""})).exit_code == 3
