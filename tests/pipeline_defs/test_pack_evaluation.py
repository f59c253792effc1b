"""The step of the documented example: what it lets pass."""

import json
import zipfile
from pathlib import Path

import pytest

from pipeline_defs.steps.evaluate_model import run


def evaluated(
    folder: Path, files: dict[str, str], max_zip_bytes: int = 10_000
) -> dict[str, object]:
    with zipfile.ZipFile(folder / "model.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    options = ["--model-dir", str(folder), "--max-zip-bytes", str(max_zip_bytes)]
    assert run.main([*options, "--output-dir", str(folder / "out")]) == 0
    report: dict[str, object] = json.loads((folder / "out" / "evaluation.json").read_text())
    return report


def test_good_model_passes(tmp_path: Path) -> None:
    report = evaluated(tmp_path, {"config.json": '{"model_type": "vit"}'})

    assert report == {"passed": True, "message": "passed"}


@pytest.mark.parametrize(
    ("files", "limit", "says"),
    [
        ({"config.json": '{"model_type": "vit"}'}, 10, "more than 10"),
        ({"config.json": "{}"}, 10_000, "names no model_type"),
        ({"a.json": "{}"}, 10_000, "has no config.json"),
    ],
)
def test_bad_model_is_a_result(
    tmp_path: Path, files: dict[str, str], limit: int, says: str
) -> None:
    report = evaluated(tmp_path, files, limit)

    assert report["passed"] is False
    assert says in str(report["message"])


def test_no_zip_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--model-dir", str(tmp_path), "--max-zip-bytes", "1", "--output-dir", str(tmp_path)]

    assert run.main(options) == 1
    assert "expected one zip" in capsys.readouterr().out
