"""The packages within an apply: built when a source changed, and refused in one clear line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.vis_assis.build.test_package_lambdas import installed_copy
from vis_assis.build import package_lambdas
from vis_assis.build.environments import ROOT

CALLER = """
module "lambda_packages" {
  source     = "./modules/lambda_packages"
  repository = path.module
}

resource "terraform_data" "function" {
  for_each         = module.lambda_packages.packages
  triggers_replace = each.value.source_hash

  provisioner "local-exec" {
    command = "test -f ${each.value.path}"
  }
}
"""
REPLACED = re.compile(r"^  # (\S+) (?:will|must) be", re.MULTILINE)
KINDS = [pattern.removeprefix("*.") for pattern in package_lambdas.SOURCES]
SHELL = ("sh", "dirname", "uname", "sed", "head")


@dataclass
class Caller:
    """A configuration with stand-ins for functions; it needs no provider."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def terraform(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [shutil.which(os.environ.get("TERRAFORM", "terraform")) or "terraform", *arguments],
            cwd=self.root,
            env={**self.environment, "CHECKPOINT_DISABLE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    def apply(self) -> None:
        done = self.terraform("apply", "-auto-approve", "-no-color")
        assert done.returncode == 0, done.stdout + done.stderr

    def changes(self) -> set[str]:
        """Addresses of what a plan would replace, and names of the functions among them."""
        done = self.terraform("plan", "-no-color")
        assert done.returncode == 0, done.stderr
        return set(REPLACED.findall(done.stdout))

    def hashes(self) -> dict[str, str]:
        """The hash of each function's sources as Terraform computes it."""
        expression = (
            "jsonencode({for name, p in module.lambda_packages.packages : name => p.source_hash})"
        )
        told = subprocess.run(
            ["terraform", "console"],
            input=expression,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(json.loads(json.loads(told.stdout)))


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    root = installed_copy(tmp_path / "clone")
    module = root / "modules" / "lambda_packages"
    shutil.copytree(ROOT / "modules" / "lambda_packages", module)
    shutil.copytree(ROOT / "vis_assis", root / "vis_assis")
    (root / "main.tf").write_text(CALLER)
    made = Caller(root)
    assert made.terraform("init", "-no-color").returncode == 0
    return made


def functions(*names: str) -> set[str]:
    return {
        "module.lambda_packages.terraform_data.zips",
        *(f'terraform_data.function["{name}"]' for name in names),
    }


def test_what_goes_into_a_zip_or_makes_it_changes_the_plan_and_nothing_else_does(
    caller: Caller,
) -> None:
    every = package_lambdas.function_names(caller.root / "lambda_src")
    assert caller.changes() == functions(*every)
    caller.apply()
    zips = caller.root / "build" / "lambda"
    assert sorted(path.name.split("-")[0] for path in zips.iterdir()) == every

    noise = (
        "lambda_src/common/.lane.py",
        "lambda_src/common/lane.py.orig",
        "vis_assis/build/other.py",
    )
    for name in (*noise, "lambda_src/teardown/__pycache__/x.py"):
        (caller.root / name).parent.mkdir(exist_ok=True)
        (caller.root / name).write_text("# noise")
    shutil.rmtree(zips)
    assert caller.changes() == set()

    changed = {
        "lambda_src/teardown/stages.py": ["teardown"],
        "lambda_src/teardown/steps/new.py": ["teardown"],
        **{f"lambda_src/teardown/new.{kind}": ["teardown"] for kind in KINDS},
        **{f"lambda_src/common/new.{kind}": every for kind in KINDS},
        "lambda_src/common/event_queue.py": every,
        package_lambdas.LIBRARIES: every,
        package_lambdas.SDK: every,
        "vis_assis/build/package_lambdas.py": every,
        "vis_assis/build/lambda_dependencies.py": every,
        "vis_assis/build/reproducible_zip.py": every,
    }
    for name, affected in changed.items():
        file = caller.root / name
        before = file.read_text() if file.exists() else None
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{before or ''}# changed\n")
        assert caller.changes() == functions(*affected), name
        hashes = caller.hashes()
        assert hashes == {n: package_lambdas.source_hash(caller.root, n) for n in every}
        file.unlink() if before is None else file.write_text(before)
    assert caller.changes() == set()


def without_python(caller: Caller) -> None:
    folder = caller.root / "bin"
    folder.mkdir()
    for name in SHELL:
        (folder / name).symlink_to(shutil.which(name) or name)
    caller.environment = {"PATH": str(folder), "HOME": str(caller.root)}


def with_an_old_python(caller: Caller) -> None:
    without_python(caller)
    old = caller.root / "bin" / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")  # to the question whether it is new enough
    old.chmod(0o755)


def without_a_lock(caller: Caller) -> None:
    (caller.root / package_lambdas.LIBRARIES).write_text("jmespath==1.1.0\n")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (without_python, "vis-assis: Python 3.11 or newer is needed and was not found; install it"),
        (with_an_old_python, "vis-assis: Python 3.11 or newer is needed and was not found"),
        (without_a_lock, "vis-assis: packaging failed: pip could not install lambda.txt: ERROR:"),
    ],
)
def test_what_is_missing_is_told_in_one_line(
    caller: Caller, spoil: Callable[[Caller], None], told: str
) -> None:
    spoil(caller)
    done = caller.terraform("apply", "-auto-approve", "-no-color")
    assert done.returncode == 1
    assert told in " ".join(done.stderr.split())
    assert len(re.findall("vis-assis:", done.stderr)) == 1
    assert "Traceback" not in done.stdout + done.stderr
