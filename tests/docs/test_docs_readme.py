"""The README covers the code: every command and every model stands in it as it is."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import catalogue
from vis_assis.build import reference
from vis_assis.build.environments import ROOT

README = (ROOT / "README.md").read_text()


def test_every_make_target_is_listed() -> None:
    targets = re.findall(r"^## ([a-z-]+): ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert sorted(targets) == sorted(" ".join(phony).split())
    for target in targets:
        assert f"| `make {target}" in README, f"README's command table lacks `make {target}`"


def test_help_lists_every_target_on_machines_with_another_sed(tmp_path: Path) -> None:
    """The sed of macOS puts no tab where another one does."""
    (tmp_path / "sed").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "sed").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        ["make", "help"], cwd=ROOT, env={"PATH": path}, check=True, capture_output=True, text=True
    )
    described = re.findall(r"^## ([a-z-]+): (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert done.stdout.splitlines() == [f"  make {name:20} {text}" for name, text in described]


def test_the_model_table_is_the_catalogue() -> None:
    for name, model in catalogue.load(ROOT / "models.yaml").models.items():
        row = next(line for line in README.splitlines() if line.startswith(f"| {name} |"))
        assert model.repository in row
        assert re.findall(r"`([^`]+)`", row) == list(model.files)
        assert f"| {', '.join(model.licence)}" in row


def test_every_link_leads_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / Path(target)).exists(), f"{page.name} links to missing {target}"


def test_the_reference_is_fresh() -> None:
    assert reference.PAGE.read_text() == reference.render(), "docs/reference.md: run `make docs`"
