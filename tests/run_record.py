"""Records how a run of the tests ended, so that CI can tell a flaw from a run that broke off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


class RunRecord:
    """A plugin that writes a run's exit code and results to a file when the run is over.

    Parameters:
        file: replaced by each run; absent while one is under way.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._passed: set[str] = set()
        self._failed: set[str] = set()
        file.unlink(missing_ok=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)
        elif report.when == "call" and report.passed:
            self._passed.add(report.nodeid)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "exit_code": int(exitstatus),
            "failed": sorted(self._failed),
            "passed": sorted(self._passed - self._failed),
        }
        self._file.write_text(json.dumps(content, indent=1) + "\n")
