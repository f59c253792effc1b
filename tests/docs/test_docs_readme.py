"""The documents cover the code: every command is listed, every link leads somewhere."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from typer.core import TyperGroup
from typer.main import get_command

from vis_assis import __main__ as main
from vis_assis.build import reference
from vis_assis.build.environments import ROOT
from vis_assis.cli.schemas import PRINTED

COMMANDS = (ROOT / "docs" / "commands.md").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
# The README's picture: the module that each node on AWS belongs to, the rest of the nodes, and the
# modules that no model passes through.
PICTURED = {
    "pipelines": "model_pipelines",
    **dict.fromkeys(("output", "production", "release"), "model_buckets"),
    "registry": "model_registry",
    **dict.fromkeys(("queue", "sweep", "promote"), "model_promotion"),
    **dict.fromkeys(("controller", "endpoint"), "navigation_endpoint"),
    "api": "http_api",
}
AROUND = {"catalogue", "hub", "you", "app"}
BESIDE = {
    *("amplify_settings", "dashboard", "lambda_packages", "observability", "sign_in", "studio"),
    *("teardown", "teardown_cleanup"),
}


def test_every_make_target_is_listed() -> None:
    targets = re.findall(r"^## ([a-z-]+): ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert sorted(targets) == sorted(" ".join(phony).split())
    for target in targets:
        assert f"| `make {target}" in COMMANDS, f"docs/commands.md lacks `make {target}`"


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


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_command_of_the_documents_exists() -> None:
    app = get_command(main.app)
    assert isinstance(app, TyperGroup)
    for page in PAGES:
        for words in re.findall(r"(?:`|bin/)vis-assis((?: [a-z-]+)+)", page.read_text()):
            named = words.split()
            group = app.commands.get(named[0])
            assert group is not None, f"{page.name}: vis-assis{words}"
            if isinstance(group, TyperGroup) and len(named) > 1:
                assert named[1] in group.commands, f"{page.name}: vis-assis{words}"


def test_every_target_of_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        named = re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(), re.MULTILINE)
        gone = set(named) - targets - ({"model-status"} if page.name == "CHANGELOG.md" else set())
        assert gone == set(), page.name


def commands() -> dict[str, Any]:
    """Every command with its words, such as `navigation status`."""
    app = get_command(main.app)
    assert isinstance(app, TyperGroup)
    groups = {name: c for name, c in app.commands.items() if isinstance(c, TyperGroup)}
    found = {name: c for name, c in app.commands.items() if name not in groups}
    for name, group in groups.items():
        found |= {f"{name} {inner}": command for inner, command in group.commands.items()}
    return found


def test_every_command_that_prints_json_has_a_schema() -> None:
    printing = {
        name
        for name, command in commands().items()
        if any("--json" in option.opts for option in command.params)
    }
    assert printing == set(PRINTED)
    assert all(f"`{name}`" in COMMANDS for name in printing)


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text()):
            linked = (page.parent / target) if target else page
            assert linked.exists(), f"{page.name} links to missing {target}"
            if anchor:
                assert anchor in anchors(linked), f"{page.name} links to missing {target}#{anchor}"


def test_every_change_begins_in_a_file_that_exists() -> None:
    page = (ROOT / "docs" / "extending.md").read_text()
    table = page.split("## Where to change what")[1].split("\n## ")[0]
    files = re.findall(r"^\| [^|]+ \| `([^`|]+)` \| ", table, re.MULTILINE)
    assert len(files) == 13
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_the_picture_shows_the_modules_and_what_they_hand_on() -> None:
    picture = (ROOT / "README.md").read_text().split("```mermaid")[1].split("```")[0]
    nodes = re.sub(r"\[\(.*?\)\]|\(\(.*?\)\)|\[.*?\]|\|.*?\|", "", picture)
    chains = [re.split(r" *--> *", line.strip()) for line in nodes.splitlines() if "-->" in line]
    edges = {edge for chain in chains for edge in itertools.pairwise(chain)}
    assert {node for edge in edges for node in edge} == PICTURED.keys() | AROUND
    handed_on = set(reference.handed_on(ROOT))
    assert {module for pair in handed_on for module in pair} == {*PICTURED.values()} | BESIDE
    connected = handed_on | {("navigation_endpoint", "http_api")}  # both get local.endpoint_name
    for edge in edges:
        giver, taker = (PICTURED.get(node, "") for node in edge)
        if giver and taker and giver != taker:
            assert {(giver, taker), (taker, giver)} & connected, edge
