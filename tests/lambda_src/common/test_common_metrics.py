"""Metrics carry the dimensions that alarms name, whatever the function's environment holds."""

from __future__ import annotations

import json

import pytest

from common.metrics import emit


def test_a_metric_has_no_other_dimension(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "update-endpoint")
    emit({"Endpoint": "navigation"}, ReleaseFailed=1, ReleaseRefused=0)
    line = json.loads(capsys.readouterr().out)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "VisAssis"
    assert directive["Dimensions"] == [["Endpoint"]]
    assert line["Endpoint"] == "navigation"
    assert (line["ReleaseFailed"], line["ReleaseRefused"]) == ([1.0], [0.0])
