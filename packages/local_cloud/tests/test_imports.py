"""The package imports itself, the standard library and what it declares; nothing else."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
# Distributions whose modules have another name, or that come with one that is declared.
MODULES = {"boto3": {"boto3", "botocore"}, "huggingface_hub": {"huggingface_hub"}}
# What a function's or a container's own code imports where it runs.
GIVEN = {"mms", "inference"}


def declared(*extras: str) -> set[str]:
    """Modules of the dependencies and of these extras."""
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][name] for name in extras)]
    names = [re.split(r"[^A-Za-z0-9_-]", text)[0] for wanted in lists for text in wanted]
    modules = [MODULES.get(name, {name}) for name in (n.replace("-", "_") for n in names)]
    return set().union(*modules)


def imported(folder: Path) -> dict[str, str]:
    """Top-level modules that a folder's files import, each with one of the files."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                found.setdefault(name.partition(".")[0], str(path.relative_to(ROOT)))
    return found


def test_the_package_needs_what_it_declares() -> None:
    known = sys.stdlib_module_names | declared("pytest") | GIVEN | {"local_cloud"}
    assert {n: f for n, f in imported(ROOT / "src").items() if n not in known} == {}


def test_its_tests_need_no_other_product() -> None:
    own = {path.stem for path in (ROOT / "tests").iterdir()} | {"local_cloud"}
    known = sys.stdlib_module_names | declared("test") | GIVEN | own
    assert {n: f for n, f in imported(ROOT / "tests").items() if n not in known} == {}


def test_the_server_starts_without_the_ec2_of_moto() -> None:
    script = "import local_cloud.gateway.server, sys; sys.exit('moto.ec2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
