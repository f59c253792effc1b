"""models.yaml means the same to Terraform and to Python, or is refused."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings, strategies as st

from catalogue.strict_yaml import NotCommonError, is_plain_text, read

ACCEPTED: dict[str, Any] = {
    "k: main": "main",
    "k: main  # a comment": "main",
    "k: onnx/*.onnx": "onnx/*.onnx",
    "k: Apache-2.0": "Apache-2.0",
    "k: v1.0": "v1.0",
    "k: two words": "two words",
    "k: modèle": "modèle",
    "k: mode\u0300le": "modèle",
    "k: 4472b7362082ad9968fee890ca0f1e5aca36b93d": "4472b7362082ad9968fee890ca0f1e5aca36b93d",
    "k: 0b2": "0b2",
    "k: nan": "nan",
    "k: true": True,
    "k: false": False,
    "k: 0": 0,
    "k: 200": 200,
    "k: 999999999999999999": 999999999999999999,
    "k: '4472e73'": "4472e73",
    'k: "y"': "y",
    'k: ""': "",
    "k: 'it''s'": "it's",
    "k: 'a\\b'": "a\\b",
    'k: "😀"': "😀",
    'k: "*.json"': "*.json",
    "k: ' a '": " a ",
    "'k': a": "a",
    '"k": a': "a",
    "? k\n: a": "a",
    "k:\n  a": "a",
    "{k: a}": "a",
    '{"k":a}': "a",
    "{k: a,}": "a",
    "k: [a, 'b', 1]": ["a", "b", 1],
    "k: []": [],
    "k:\n- a\n- b": ["a", "b"],
    "k:\n    - a\n    - - b": ["a", ["b"]],
    "k: {a: {b: [c]}}": {"a": {"b": ["c"]}},
    "k: {\n  a: b,\n  # comment\n  c: d\n}": {"a": "b", "c": "d"},
    "k: a\r\n": "a",
    "\r\n# c\r\nk:\r\n  a: b\r\n": {"a": "b"},
    "---\nk: a\n...\n": "a",
    "k: a\n...\n# end": "a",
}
AMBIGUOUS = [
    *("4472e73", "0123458", "0400", "007", "08", "1_000", "1e3", "1E+3", "0x1F", "0x1p3", "0o17"),
    *("0b101", "1:20", "190:20:30", "2001-12-14", "2001-12-14t21:59:43.10-05:00", "1.2.3", ".5"),
    *("5.", "1.5", "-1", "+1", "-0", "9223372036854775808", ".inf", "-.inf", ".nan", ".NaN", "y"),
    *("Y", "yes", "On", "off", "N", "True", "FALSE", "~", "null", "Null", "nULL", "<<", "="),
]
REFUSED = {
    # numbers, dates, booleans and nulls to some
    **dict.fromkeys(AMBIGUOUS, "quote it"),
    "": "the value is missing",
    "a:b": "quote it",
    "a#b": "quote it",
    ".gitattributes": "quote it",
    # what only some readers know, or know differently
    "&a b": "anchors and aliases",
    "*a": "anchors and aliases",
    "*.json": "anchors and aliases",
    "!!str 1": "tags",
    "!!binary aGk=": "tags",
    "! a": "tags",
    "|\n  a": "over several lines",
    ">-\n  a": "over several lines",
    "a\n  b": "over several lines",
    '"a\n  b"': "over several lines",
    '"\\t"': "a backslash",
    '"\\/"': "a backslash",
    '"\\u00e9"': "a backslash",
    "a\tb": "a tab",
    "a # \x07": "U+0007",
    "a\x85": "U+0085",
    "a\rb": "U+000D",
    "{a: b, a: c}": "appears twice",
    "{a: b, 'a': c}": "appears twice",
    "{é: b, e\u0301: c}": "appears twice",
    "{1: b}": "cannot be a key",
    "{[a]: b}": "cannot be a key",
    "{<<: {a: b}}": "quote it",
    "[": "no YAML",
    "'a": "no YAML",
    "[a": "no YAML",
    "@a": "no YAML",
    "[" * 9 + "]" * 9: "nested more than 8 levels",
}
WHOLE = {
    "\ufeffk: a": "byte order mark",
    "%YAML 1.1\n---\nk: a": "directives",
    "%TAG ! x\n---\nk: a": "directives",
    "k: a\n---\nk: b": "a second document",
    "k: a\n\tb: c": "a tab",
    "base: &b {a: b}\nk:\n  <<: *b": "anchors and aliases",
}
FAULTY = {**{f"k: {value}\n": says for value, says in REFUSED.items()}, **WHOLE}


def terraform(folder: Path, documents: list[str]) -> list[Any]:
    """What Terraform's yamldecode makes of each; `...` where it refuses."""
    (folder / "documents.json").write_text(json.dumps(documents))
    expression = (
        'base64encode(jsonencode([for text in jsondecode(file("documents.json")) : '
        "try(jsonencode(yamldecode(text)), null)]))\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    answer = subprocess.run(
        ["terraform", "console"],
        cwd=folder,
        env=environment,
        input=expression,
        text=True,
        capture_output=True,
        check=True,
        timeout=60,
    )
    seen = json.loads(base64.b64decode(json.loads(answer.stdout)))
    return [... if text is None else json.loads(text) for text in seen]


def python(text: str) -> Any:
    """What the catalogue makes of the text; `...` where it refuses."""
    try:
        content = read(text).content
    except NotCommonError:
        return ...
    # an empty file breaks the schema
    return ... if content is None else content


def as_json(value: Any) -> str:
    """True is not 1 here."""
    return json.dumps(value, sort_keys=True, default=str)


def differing(folder: Path, documents: list[str]) -> list[tuple[str, Any, Any]]:
    """The texts that the catalogue takes and Terraform reads otherwise."""
    both = [
        (text, python(text), seen)
        for text, seen in zip(documents, terraform(folder, documents), strict=True)
    ]
    return [row for row in both if row[1] is not ... and as_json(row[1]) != as_json(row[2])]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_all_readers_agree_on_is_taken(text: str) -> None:
    assert as_json(read(text).content) == as_json({"k": ACCEPTED[text]})


@pytest.mark.parametrize("text", FAULTY)
def test_everything_else_is_refused_with_its_place_and_remedy(text: str) -> None:
    with pytest.raises(NotCommonError, match=r"^line \d+, column \d+: ") as caught:
        read(text)
    assert FAULTY[text] in str(caught.value)


def test_terraform_reads_the_same(tmp_path: Path) -> None:
    assert differing(tmp_path, [*ACCEPTED, *FAULTY]) == []


def test_what_is_refused_would_mean_something_else_to_terraform(tmp_path: Path) -> None:
    """If Terraform changed its mind about these, the rule could be looser."""
    texts = ["4472e73", "y", "0400", "1_000"]
    seen = [row["k"] for row in terraform(tmp_path, [f"k: {text}" for text in texts])]
    assert seen == [4472 * 10**73, True, 400, "1_000"]


SIGNS = "0123456789eE.+-_:xobntyYN~<=!&*|>%@`'\"{}[],#?$ /\\aZéèe\u0301\u212a٣½\u00a0\u200b😀"
SCALARS = st.one_of(
    st.text(SIGNS, max_size=7),
    st.text("0123456789eE.+-_:xob", min_size=1, max_size=7),
    st.text(max_size=4),
    st.text(max_size=5).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.text(SIGNS, max_size=5).map(lambda text: f'"{text}"'),
    st.text(SIGNS, max_size=5).map(lambda text: "'" + text.replace("'", "''") + "'"),
)
FRAMES = st.sampled_from(
    [
        "k: {}\n",
        "{}: v\n",
        "k:\n- {}\n- {}\n",
        "k: [{}, {}]",
        "k: {{a: {}, {}: b}}\r\n",
        "k:\n   {}\n",
        "k:\n  a: {}\n  # {}\n  b: {}\n",
        "{}\nk: {}",
    ]
)
DOCUMENTS = st.builds(
    lambda frame, a, b, c: frame.format(a, b, c), FRAMES, SCALARS, SCALARS, SCALARS
)


# a failure names the texts that differ: nothing to shrink
@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(st.lists(DOCUMENTS, min_size=150, max_size=150))
def test_terraform_reads_all_that_is_taken_alike(
    tmp_path_factory: pytest.TempPathFactory, documents: list[str]
) -> None:
    # jsonencode() writes < as \u003c and then joins its last letter with an accent that follows
    sendable = [text for text in documents if not re.search("[<>&][\u0300-\u036f]", text)]
    assert differing(tmp_path_factory.mktemp("console"), sendable) == []


@given(st.text(SIGNS, max_size=8))
def test_plain_text_needs_no_quotes(text: str) -> None:
    if is_plain_text(text):
        assert isinstance(read(f"k: {text}").content["k"], str)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "k: " + "{a: " * 60_000,
        "- " * 100_000,
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(5_000)),
        "? " * 100_000,
        "k: " + "x" * 250_000,
        "\n".join(f"k{n}: !!set {{}}" for n in range(10_000)),
    ],
    ids=["brackets", "braces", "dashes", "aliases", "question marks", "long", "many"],
)
def test_hostile_files_are_refused_at_once_in_one_line(text: str) -> None:
    began = time.process_time()
    try:
        read(text)
    except NotCommonError as refused:
        assert len(str(refused)) < 300
        assert "\n" not in str(refused)
    assert time.process_time() - began < 5
