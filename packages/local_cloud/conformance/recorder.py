"""Pytest plugin for moto's tests: prepares the local cloud, and records how each test ended.

`MOTO_CONFORMANCE_TARGET` is `moto` or `local_cloud`, `MOTO_CONFORMANCE_RECORD` the file to write.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.endpoint
import pytest

import preparation

_records: dict[str, dict[str, Any]] = {}
_services: set[str] = set()


def pytest_configure() -> None:
    """Note which services a test calls, and prepare the local cloud."""
    _note_services()
    if os.environ["MOTO_CONFORMANCE_TARGET"] == "local_cloud":
        preparation.install()


def _note_services() -> None:
    original = botocore.endpoint.Endpoint._send_request

    def send_request(self: Any, *given: Any) -> Any:
        _services.add(self._endpoint_prefix)
        return original(self, *given)

    botocore.endpoint.Endpoint._send_request = send_request


def pytest_runtest_logstart() -> None:
    """Forget what the test before called."""
    _services.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """Keep the first outcome of set-up, call and tear-down that is not `passed`."""
    report: Any = yield
    record = _records.setdefault(item.nodeid, {"outcome": "passed", "message": ""})
    if report.outcome != "passed" and record["outcome"] == "passed":
        error = call.excinfo.exconly() if call.excinfo else ""
        record.update(outcome=report.outcome, message=error[:500])
    record["services"] = sorted(_services)
    return report  # type: ignore[no-any-return]


def pytest_sessionfinish() -> None:
    """Write the records, by node id."""
    Path(os.environ["MOTO_CONFORMANCE_RECORD"]).write_text(json.dumps(_records))
