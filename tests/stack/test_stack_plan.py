"""The plan right after the apply is empty, also in another clone than that which applied."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path

from vis_assis.build.environments import ROOT
from vis_assis.local.local_stack import LocalStack


def copy_of_the_repository(folder: Path) -> Path:
    """What a fresh clone of the working tree would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def test_the_plan_from_another_clone_is_empty(stack: LocalStack, tmp_path: Path) -> None:
    clone = copy_of_the_repository(tmp_path / "clone")
    assert dataclasses.replace(stack.terraform, root=clone).changes() == ""
