"""MODELS.md says of every model what models.yaml says."""

from __future__ import annotations

import pytest

import catalogue
from catalogue.model import Model
from vis_assis.build.environments import ROOT

PAGE = (ROOT / "MODELS.md").read_text().splitlines()
MODELS = catalogue.load(ROOT / "models.yaml").models


@pytest.mark.parametrize(("name", "model"), MODELS.items(), ids=str)
def test_the_table_is_the_catalogue(name: str, model: Model) -> None:
    link = f"https://huggingface.co/{model.repository}/tree/{model.revision}"
    files = ", ".join(f"`{file}`" for file in model.files)
    licence = ", ".join(model.licence)
    assert f"| {name} | [{model.repository}]({link}) | {files} | {licence} |" in PAGE


@pytest.mark.parametrize(("name", "model"), MODELS.items(), ids=str)
def test_the_download_is_the_pinned_one(name: str, model: Model) -> None:
    files = " ".join(f'--include "{file}"' for file in model.files)
    assert (
        f"hf download {model.repository} --revision {model.revision} --local-dir {name} {files}"
    ) in PAGE


def test_no_other_edge_model_is_listed() -> None:
    downloads = [line for line in PAGE if line.startswith("hf download ")]
    assert len(downloads) == len(MODELS)
    for licence in {licence for model in MODELS.values() for licence in model.licence}:
        assert any(line.startswith(f"| {licence} | ") for line in PAGE), f"duties of {licence}"
