"""models.yaml: what is in it, and what a reader is told when it is wrong."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import catalogue

PLACE = re.compile(r"line \d+, column \d+: ")
GOOD: dict[str, Any] = {
    "repository": "owner/name",
    "revision": "main",
    "files": ["*.json", "onnx/model.onnx"],
    "licence": "MIT",
    "max_size_mb": 10,
}


def written(content: object) -> str:
    """YAML that is JSON, a line for each brace: places in messages tell fields apart."""
    return json.dumps(content, indent=2, ensure_ascii=False)


def load(tmp_path: Path, content: object) -> catalogue.Catalogue:
    path = tmp_path / "models.yaml"
    path.write_text(content if isinstance(content, str) else written(content))
    return catalogue.load(path)


def problems(tmp_path: Path, content: object) -> tuple[str, ...]:
    """What is said, without the line and column that it begins with."""
    with pytest.raises(catalogue.CatalogueError) as caught:
        load(tmp_path, content)
    assert all(PLACE.match(problem) for problem in caught.value.problems)
    return tuple(PLACE.sub("", problem) for problem in caught.value.problems)


def depth(**changes: object) -> dict[str, object]:
    return {"models": {"depth": {**GOOD, **changes}}}


def without(field: str) -> dict[str, object]:
    return {"models": {"depth": {key: value for key, value in GOOD.items() if key != field}}}


def test_committed_catalogue_holds_the_models_of_the_front_end() -> None:
    models = catalogue.load().models

    assert {key: (m.repository, *m.licence) for key, m in models.items()} == {
        "depth": ("onnx-community/depth-anything-v2-small", "Apache-2.0"),
        "image-captioning": ("xenova/vit-gpt2-image-captioning", "Apache-2.0"),
        "tts": ("xenova/speecht5_tts", "MIT"),
        "vocoder": ("xenova/speecht5_hifigan", "MIT"),
        "object-detection": ("xenova/yolov9-c_all", "GPL-3.0"),
    }
    for model in models.values():
        assert "*.json" in model.files
        assert any(pattern.endswith("quantized.onnx") for pattern in model.files)
    assert [key for key, m in models.items() if m.accept_licence] == ["object-detection"]


def test_defaults_and_archive_name(tmp_path: Path) -> None:
    model = load(tmp_path, {"models": {"depth": GOOD}}).models["depth"]

    assert (model.accept_licence, model.gated, model.instance_type) == (False, False, None)
    assert model.archive_name == "name.zip"


@pytest.mark.parametrize("field", sorted(GOOD))
def test_missing_field_is_named_with_an_example(tmp_path: Path, field: str) -> None:
    (problem,) = problems(tmp_path, without(field))

    assert problem.startswith(f"models.depth.{field}: missing; add ")


@pytest.mark.parametrize(
    ("change", "location", "says"),
    [
        ({"licens": "MIT"}, "models.depth.licens", "unknown key; remove it or use one of repo"),
        ({"repository": "name"}, "models.depth.repository", "write owner/name"),
        ({"revision": 1234}, "models.depth.revision", "quote one of digits only"),
        ({"revision": "../x"}, "models.depth.revision", "a commit, tag or branch"),
        ({"files": []}, "models.depth.files", "a list of patterns"),
        ({"files": "*.json"}, "models.depth.files", "a list of patterns"),
        ({"files": ["a", "../b"]}, "models.depth.files[1]", "relative to the repository"),
        ({"files": ["a", "/b"]}, "models.depth.files[1]", "relative to the repository"),
        ({"files": ["a/**"]}, "models.depth.files[0]", '"**" is not supported'),
        ({"files": ["a", "${x}"]}, "models.depth.files[1]", "letters, digits and . _ + -"),
        ({"files": ["-x.json"]}, "models.depth.files[0]", "letters, digits and . _ + -"),
        ({"files": ["a b"]}, "models.depth.files[0]", "letters, digits and . _ + -"),
        ({"files": ["modèle.onnx"]}, "models.depth.files[0]", "letters, digits and . _ + -"),
        ({"files": ["a", "a"]}, "models.depth.files", "remove the repeated pattern a"),
        ({"files": [f"{n}" for n in range(39)]}, "models.depth.files", "39 patterns are more than"),
        ({"files": ["a" * 201]}, "models.depth.files[0]", "at most 200 characters"),
        ({"repository": "a/" + "b" * 95}, "models.depth.repository", "at most 96 characters"),
        ({"repository": "a/b.git"}, "models.depth.repository", 'ends in ".git"'),
        ({"repository": "a/b--c"}, "models.depth.repository", 'no name with "--"'),
        ({"repository": "a/b-"}, "models.depth.repository", "write owner/name"),
        ({"repository": "a/größe"}, "models.depth.repository", "write owner/name"),
        ({"licence": ""}, "models.depth.licence", "an SPDX name"),
        ({"licence": 1}, "models.depth.licence", "should be a list, not 1; write an SPDX name"),
        ({"licence": []}, "models.depth.licence", "each licence that applies, once"),
        ({"licence": ["MIT"]}, "models.depth.licence", "write it without brackets"),
        ({"licence": ["MIT", "mit"]}, "models.depth.licence", "each licence that applies, once"),
        ({"licence": ["MIT", "a,b"]}, "models.depth.licence[1]", "an SPDX name"),
        ({"licence": "two  spaces"}, "models.depth.licence", "an SPDX name"),
        ({"licence": ["a" * 126, "b" * 126]}, "models.depth.licence", "take 257 characters"),
        ({"licence": "M" * 201}, "models.depth.licence", "at most 200 characters"),
        ({"max_size_mb": 0}, "models.depth.max_size_mb", "a whole number of MiB"),
        ({"max_size_mb": "200"}, "models.depth.max_size_mb", "a whole number of MiB"),
        ({"accept_licence": "yes"}, "models.depth.accept_licence", "true or false"),
        ({"gated": 1}, "models.depth.gated", "true or false"),
        ({"instance_type": "m5.large"}, "models.depth.instance_type", "ml.m5.large"),
    ],
)
def test_faulty_field_is_named_with_its_remedy(
    tmp_path: Path, change: dict[str, object], location: str, says: str
) -> None:
    (problem,) = problems(tmp_path, depth(**change))

    assert problem.startswith(f"{location}: ")
    assert says in problem


@pytest.mark.parametrize("model_type", ["Depth", "two words", "a_b", "-a", "a" * 20, "files"])
def test_faulty_model_type_is_named(tmp_path: Path, model_type: str) -> None:
    (problem,) = problems(tmp_path, {"models": {model_type: GOOD}})

    assert problem.startswith(f"models.{model_type}: bad model type")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("models: {}", "models: "),
        ("models: [depth]", "models: "),
        ("models: {depth: 1}", "models.depth: "),
        ("models: {depth: {}}\nextra: 1", "extra: unknown key; remove it or use one of models"),
        ("models: {depth: [}", "this is no YAML"),
        ("models:\n  depth: {a: b}\n  depth: {a: b}", "this is no YAML: 'depth' appears twice"),
        ("models:\n  depth: {repository: {{ name }}}", "this is no YAML"),
        ("models:\n  depth: \x07", "this is no YAML"),
        ("models:\n  depth: {files: [*model]}", "write out what *model stands for, or put it in"),
        ("models: &all {depth: *all}", "write out what *all stands for"),
        ("models: " + "[" * 20_000, "this is nested too deeply"),
        ("models: {depth: {revision: 2024-13-45}}", "this is no YAML: put in quotes what is no"),
    ],
)
def test_faulty_file_is_explained(tmp_path: Path, content: str, says: str) -> None:
    assert any(problem.startswith(says) for problem in problems(tmp_path, content))


def test_every_problem_is_reported_at_once_with_the_file_name(tmp_path: Path) -> None:
    with pytest.raises(catalogue.CatalogueError) as caught:
        load(tmp_path, without("repository") | {"x": 1})
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[:3] for line in lines] == [
        ["models.yaml", "line 3, column 5", "models.depth.repository"],
        ["models.yaml", "line 13, column 3", "x"],
    ]


def test_long_values_and_many_problems_are_cut(tmp_path: Path) -> None:
    long = depth(**{f"{n}{'x' * 500}": "y" * 500 for n in range(40)})
    with pytest.raises(catalogue.CatalogueError) as caught:
        load(tmp_path, long)
    assert len(caught.value.problems) == 21
    assert caught.value.problems[-1] == "and 20 more problems"
    with pytest.raises(catalogue.CatalogueError) as caught:
        load(tmp_path, depth(max_size_mb="y" * 500, revision=["z"] * 500))
    assert max(map(len, caught.value.problems)) < 250


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"# f\xfcr tts", "line 1: save it as UTF-8"),
        ("models: {}".encode("utf-16"), "save it as UTF-8"),
    ],
)
def test_no_text_is_said_to_be_none(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "models.yaml"
    path.write_bytes(content)
    with pytest.raises(catalogue.CatalogueError, match=says):
        catalogue.load(path)


@pytest.mark.parametrize("licence", ["Apache-2.0", "Foo Licence v1", ["MIT", "Größe 2.0"]])
def test_licences_are_names_that_all_apply(tmp_path: Path, licence: str | list[str]) -> None:
    model = load(tmp_path, depth(licence=licence)).models["depth"]

    assert list(model.licence) == ([licence] if isinstance(licence, str) else licence)
    assert model.model_dump(mode="json")["licence"] == licence, "as Terraform sees it"


def test_files_are_patterns(tmp_path: Path) -> None:
    files = ["*.json", "onnx/model_q[48]*.onnx", "a+b-c_?.onnx", "[!.]*", "v1/*/x.json"]
    assert list(load(tmp_path, depth(files=files)).models["depth"].files) == files


def test_an_empty_file_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(catalogue.CatalogueError, match=r"the file: .*; write a mapping of model"):
        load(tmp_path, "# nothing")


def test_missing_file_says_where(tmp_path: Path) -> None:
    with pytest.raises(catalogue.CatalogueError, match="not found in"):
        catalogue.load(tmp_path / "models.yaml")
