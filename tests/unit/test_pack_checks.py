"""Patterns and licences: what lets a model pass, and what is said if it does not."""

import pytest

from pipeline_defs.steps.download_model import licences, patterns
from pipeline_defs.steps.download_model.errors import StepError

FILES = ["README.md", "config.json", "onnx/extra.json", "onnx/model.onnx", "tokenizer.json"]
ALLOWED = ["Apache-2.0", "MIT"]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["*.json"], ["config.json", "tokenizer.json"]),
        (["onnx/*.json"], ["onnx/extra.json"]),
        (["*/model.onnx", "config.json"], ["config.json", "onnx/model.onnx"]),
        (["config.json", "*.json"], ["config.json", "tokenizer.json"]),
        (["config.????"], ["config.json"]),
    ],
)
def test_patterns_choose_folder_by_folder(wanted: list[str], chosen: list[str]) -> None:
    assert patterns.select(FILES, wanted, source="o/r@main") == chosen


def test_pattern_without_match_names_repository_pattern_and_files() -> None:
    with pytest.raises(StepError) as caught:
        patterns.select(FILES, ["*.json", "onnx/model_q4.onnx"], source="o/r@v1 (commit abc)")

    message = str(caught.value)
    assert "o/r@v1 (commit abc) has no file that matches 'onnx/model_q4.onnx'" in message
    assert ", ".join(FILES) in message
    assert "`files` in models.yaml" in message


def test_many_files_are_cut_short_and_none_is_said() -> None:
    with pytest.raises(StepError, match="and 88 more"):
        patterns.select([f"f{n:03}" for n in range(100)], ["x"], source="o/r")
    with pytest.raises(StepError, match="no files at all"):
        patterns.select([], ["x"], source="o/r")


@pytest.mark.parametrize(
    ("licence", "accepted", "passes"),
    [
        ("Apache-2.0", False, True),
        ("apache-2.0", False, True),
        ("MIT", True, True),
        ("GPL-3.0", False, False),
        ("GPL-3.0", True, True),
        ("Apache", False, False),
        ("", False, False),
    ],
)
def test_allowed_licences(licence: str, accepted: bool, passes: bool) -> None:
    if passes:
        licences.check_allowed("depth", licence, allowed=ALLOWED, accepted=accepted)
        return
    with pytest.raises(StepError) as caught:
        licences.check_allowed("depth", licence, allowed=ALLOWED, accepted=accepted)
    message = str(caught.value)
    assert message.startswith(f"depth: licence {licence} ")
    assert "Apache-2.0, MIT" in message
    assert "`allowed_licences`" in message
    assert "`accept_licence: true` for depth" in message


@pytest.mark.parametrize(
    ("stated", "passes"),
    [
        ((), True),
        (("apache-2.0",), True),
        (("gpl-3.0",), False),
        (("apache-2.0", "cc-by-nc-4.0"), False),
    ],
)
def test_stated_licences(stated: tuple[str, ...], passes: bool) -> None:
    if passes:
        licences.check_stated("depth", "Apache-2.0", stated=stated, repository="o/r")
        return
    with pytest.raises(StepError) as caught:
        licences.check_stated("depth", "Apache-2.0", stated=stated, repository="o/r")
    message = str(caught.value)
    assert message.startswith(f"depth: o/r states the licence {', '.join(stated)}, ")
    assert "Apache-2.0" in message
    assert "`allowed_licences`" in message
