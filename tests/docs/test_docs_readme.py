"""The README covers the code: every command and every model stands in it as it is."""

from __future__ import annotations

import re
from pathlib import Path

import catalogue
from tooling import reference
from tooling.environments import ROOT

README = (ROOT / "README.md").read_text()


def test_every_make_target_is_listed() -> None:
    targets = re.findall(r"^## ([a-z-]+): ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert sorted(targets) == sorted(" ".join(phony).split())
    for target in targets:
        assert f"| `make {target}" in README, f"README's command table lacks `make {target}`"


def test_the_model_table_is_the_catalogue() -> None:
    for name, model in catalogue.load(ROOT / "models.yaml").models.items():
        row = next(line for line in README.splitlines() if line.startswith(f"| {name} |"))
        assert model.repository in row
        assert re.findall(r"`([^`]+)`", row) == list(model.files)
        assert f"| {model.licence}" in row


def test_every_link_leads_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / Path(target)).exists(), f"{page.name} links to missing {target}"


def test_the_reference_is_fresh() -> None:
    assert reference.PAGE.read_text() == reference.render(), "docs/reference.md: run `make docs`"
