"""File names of a repository: those that every system stores alike, shown safely if not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline_defs.steps.download_model import failure, patterns
from pipeline_defs.steps.download_model.errors import StepError
from pipeline_defs.steps.download_model.file_names import MAX_FILES, check, shown


def refusal(*names: str) -> str:
    """Why the names are refused, "" when they are taken."""
    try:
        check(names)
    except StepError as exc:
        return str(exc)
    return ""


@pytest.mark.parametrize(
    "name",
    [
        "config.json",
        "onnx/decoder_model_merged_quantized.onnx",
        "model-00001-of-00002.fp16.onnx",
        "_internal/v1+2",
        "console.json",
        "com.json",
        "a/" * 99 + "ab",
    ],
)
def test_names_of_models_are_taken(name: str) -> None:
    assert refusal(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        *("", "a/", "/etc/passwd", "a//b", "../x", "a/../../x", "./a", "..", ".hidden", "a."),
        *("a\\b", "c:a", "a b", "a ", "-rf", "a*", "a?", 'a"b', "a<b", "a|b", "$a", "a;b", "~"),
        *("a\n.json", "a\r", "a\t", "a\0.json", "\x1b[2J.json", "\x7f", "\x85", "\u2028"),
        *("\u202etxt.json", "\u2066a", "a\u200b", "\ufeffa", "é.json", "e\u0301.json", "\ud800"),
        *("con", "con.json", "CON.json", "onnx/aux.tar.gz", "nul", "prn.x", "COM1.json", "lpt9"),
        *("\uff41.json", "\u0664.json", "a/" * 100 + "ab", "a" * 201),
    ],
)
def test_unsafe_names_are_refused_and_shown_in_ascii(name: str) -> None:
    message = refusal("config.json", name)
    assert "is no safe name" in message
    assert message.replace("…", "").isascii()
    assert message.isprintable()
    assert len(message) < 400


@pytest.mark.parametrize(
    "names",
    [
        ("Config.json", "config.json"),
        ("onnx/model.onnx", "ONNX/Model.onnx"),
        ("onnx", "onnx/model.onnx"),
        ("Onnx/model.onnx", "onnx"),
        ("a/B", "a/b/c/d"),
    ],
)
def test_names_that_are_one_where_case_does_not_count_are_refused(names: tuple[str, ...]) -> None:
    assert "are one path where case does not count" in refusal(*names)
    assert "are one path where case does not count" in refusal(*reversed(names))


def test_files_are_counted() -> None:
    assert refusal(*map(str, range(MAX_FILES))) == ""
    assert "narrow `files`" in refusal(*map(str, range(MAX_FILES + 1)))


@given(st.text())
def test_any_name_can_be_shown(name: str) -> None:
    assert shown(name).replace("…", "").isascii()
    assert shown(name).isprintable()


def test_a_list_of_files_is_shown_safely() -> None:
    with pytest.raises(StepError, match=r"it has \\x1b\[2J, a.json\. "):
        patterns.select(["a.json", "\x1b[2J"], ["b.json"], source="owner/name@main")


def test_a_reported_failure_cannot_steer_a_terminal(tmp_path: Path) -> None:
    failure.report("licence \x1b[2J\ud800\u202e", tmp_path / "message")
    assert (tmp_path / "message").read_text() == r"licence \x1b[2J\ud800\u202e"
