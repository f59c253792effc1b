"""models.yaml: what is in it, and what a reader is told when it is wrong."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import catalogue

GOOD: dict[str, Any] = {
    "repository": "owner/name",
    "revision": "main",
    "files": ["*.json", "onnx/model.onnx"],
    "licence": "MIT",
    "max_size_mb": 10,
}


def load(tmp_path: Path, content: object) -> catalogue.Catalogue:
    path = tmp_path / "models.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return catalogue.load(path)


def problems(tmp_path: Path, content: object) -> tuple[str, ...]:
    with pytest.raises(catalogue.CatalogueError) as caught:
        load(tmp_path, content)
    return caught.value.problems


def depth(**changes: object) -> dict[str, object]:
    return {"models": {"depth": {**GOOD, **changes}}}


def without(field: str) -> dict[str, object]:
    return {"models": {"depth": {key: value for key, value in GOOD.items() if key != field}}}


def test_committed_catalogue_holds_the_models_of_the_front_end() -> None:
    models = catalogue.load().models

    assert {key: (m.repository, m.licence) for key, m in models.items()} == {
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
        ({"files": ["a", "${x}"]}, "models.depth.files[1]", "a list of patterns"),
        ({"files": ["a", "a"]}, "models.depth.files", "remove the repeated pattern a"),
        ({"files": [f"{n}" for n in range(39)]}, "models.depth.files", "39 patterns are more than"),
        ({"files": ["a" * 201]}, "models.depth.files[0]", "at most 200 characters"),
        ({"repository": "a/" + "b" * 95}, "models.depth.repository", "at most 96 characters"),
        ({"repository": "a/b.git"}, "models.depth.repository", 'ends in ".git"'),
        ({"repository": "a/b--c"}, "models.depth.repository", 'no name with "--"'),
        ({"repository": "a/b-"}, "models.depth.repository", "write owner/name"),
        ({"repository": "a/größe"}, "models.depth.repository", "write owner/name"),
        ({"licence": ""}, "models.depth.licence", "an SPDX name"),
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


@pytest.mark.parametrize("model_type", ["Depth", "two words", "a_b", "-a", "a" * 20, "promotions"])
def test_faulty_model_type_is_named(tmp_path: Path, model_type: str) -> None:
    (problem,) = problems(tmp_path, {"models": {model_type: GOOD}})

    assert problem.startswith(f"models.{model_type}: bad model type")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "the file: "),
        ("models: {}", "models: "),
        ("models: [depth]", "models: "),
        ("models: {depth: 1}", "models.depth: "),
        ("models: {depth: {}}\nextra: 1", "extra: unknown key; remove it or use one of models"),
        ("models: {depth: [}", "line 1: "),
        ("models:\n  depth: {}\n  depth: {}", "line 3: 'depth' appears twice"),
        ("models:\n  depth: {repository: {{ name }}}", "line 2: {'name': None} cannot be a key"),
        ("models:\n  depth: \x07", "line 2: remove the control character"),
    ],
)
def test_faulty_file_is_explained(tmp_path: Path, content: str, says: str) -> None:
    assert any(problem.startswith(says) for problem in problems(tmp_path, content))


def test_every_problem_is_reported_at_once_with_the_file_name(tmp_path: Path) -> None:
    with pytest.raises(catalogue.CatalogueError) as caught:
        load(tmp_path, depth(licence=1, max_size_mb=0))

    lines = str(caught.value).splitlines()
    assert [line.split(": ")[:2] for line in lines] == [
        ["models.yaml", "models.depth.licence"],
        ["models.yaml", "models.depth.max_size_mb"],
    ]


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_bytes("# für tts".encode("latin-1"))
    with pytest.raises(catalogue.CatalogueError, match=r"save it as UTF-8: .* at 3"):
        catalogue.load(path)


def test_missing_file_says_where(tmp_path: Path) -> None:
    with pytest.raises(catalogue.CatalogueError, match="not found in"):
        catalogue.load(tmp_path / "models.yaml")
