"""Patterns and licences: what lets a model pass, and what is said if it does not."""

import re
import unicodedata

import pytest
import yaml
from hypothesis import given, strategies as st

from catalogue import Model
from pipeline_defs.steps.download_model import licences, patterns
from pipeline_defs.steps.download_model.errors import StepError

MODEL = "onnx/model.onnx"
FILES = ["README.md", "config.json", "onnx/extra.json", MODEL, "tokenizer.json"]
MODEL_FIELDS = {"repository": "o/r", "revision": "main", "files": ["a"], "max_size_mb": 1}
ALLOWED = ["Apache-2.0", "MIT"]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["*.json", MODEL], ["config.json", MODEL, "tokenizer.json"]),
        (["onnx/*.json", MODEL], ["onnx/extra.json", MODEL]),
        (["*/model.onnx", "config.json"], ["config.json", MODEL]),
        (["config.json", MODEL, "*.json"], ["config.json", MODEL, "tokenizer.json"]),
        (["config.????", MODEL], ["config.json", MODEL]),
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
    ("available", "says"),
    [(FILES, f"it has {MODEL}. Add one"), (["config.json"], "it has none. Add one")],
)
def test_files_without_a_model_are_refused(available: list[str], says: str) -> None:
    with pytest.raises(StepError, match=r"match no \.onnx file") as caught:
        patterns.select(available, ["*.json"], source="o/r")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("licence", "accepted", "passes"),
    [
        ("Apache-2.0", False, True),
        ("apache-2.0", False, True),
        ("MIT", True, True),
        ("GPL-3.0", False, False),
        ("GPL-3.0", True, True),
        ("Apache", False, False),
        ("Apache-2.0,mit", False, True),
        ("Apache-2.0,GPL-3.0", False, False),
        ("Apache-2.0,GPL-3.0", True, True),
    ],
)
def test_allowed_licences(licence: str, accepted: bool, passes: bool) -> None:
    if passes:
        licences.check_allowed("depth", licence.split(","), allowed=ALLOWED, accepted=accepted)
        return
    with pytest.raises(StepError) as caught:
        licences.check_allowed("depth", licence.split(","), allowed=ALLOWED, accepted=accepted)
    message = str(caught.value)
    assert message.startswith(f"depth: licence {licence.rsplit(',', maxsplit=1)[-1]} is not among")
    assert "Apache-2.0, MIT" in message
    assert "`allowed_licences`" in message
    assert "`accept_licence: true` for depth" in message


@pytest.mark.parametrize(
    ("licence", "stated", "passes"),
    [
        (["Apache-2.0"], [], True),
        (["Apache-2.0"], ["apache-2.0"], True),
        (["Apache-2.0", "MIT"], ["mit", "apache-2.0"], True),
        (["Apache-2.0"], ["gpl-3.0"], False),
        (["Apache-2.0"], ["apache-2.0", "cc-by-nc-4.0"], False),
        (["Apache-2.0", "MIT"], ["mit"], False),
        (["MIT"], ["Foo Licence -v1"], False),
    ],
)
def test_stated_licences(licence: list[str], stated: list[str], passes: bool) -> None:
    if passes:
        licences.check_stated("depth", licence, stated=stated, repository="o/r")
        return
    with pytest.raises(StepError) as caught:
        licences.check_stated("depth", licence, stated=stated, repository="o/r")
    message = str(caught.value)
    assert message.startswith(f"depth: o/r states the licence {', '.join(stated)}, ")
    assert f"models.yaml says {', '.join(licence)}" in message
    assert "`allowed_licences`" in message
    remedy = re.search(r"write `(licence: .*?)` in", message)
    assert remedy
    written = yaml.safe_load(remedy[1])["licence"]
    Model.model_validate({**MODEL_FIELDS, "licence": written})
    names = [written] if isinstance(written, str) else written
    licences.check_stated("depth", names, stated=stated, repository="o/r")


def is_customer_metadata(value: str) -> bool:
    r"""Whether a version may carry it: 1 to 256 of `[\p{L}\p{Z}\p{N}_.:\/=+\-@]`.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
    """
    signs = all(s in "_.:/=+-@" or unicodedata.category(s)[0] in "LZN" for s in value)
    return signs and 1 <= len(value) <= 256


@given(st.text() | st.text("aB1 ()-_,.é\u0301\t/²", max_size=300))
def test_every_stated_name_has_a_plain_one(stated: str) -> None:
    name = licences.plain_name(stated)
    if name:
        Model.model_validate({**MODEL_FIELDS, "licence": name})
        assert is_customer_metadata(name)
        assert licences.plain_name(name) == name


@pytest.mark.parametrize(
    ("stated", "plain"),
    [
        ("apache-2.0", "apache-2.0"),
        ("Foo Licence (v1), 2024", "Foo Licence -v1-- 2024"),
        ("  a \n b ", "a b"),
        ("e\u0301", "é"),
        ("()", ""),
    ],
)
def test_plain_names(stated: str, plain: str) -> None:
    assert licences.plain_name(stated) == plain
