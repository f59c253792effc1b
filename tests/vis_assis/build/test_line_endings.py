"""A clone made with core.autocrlf=true holds, and so deploys, the same bytes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from vis_assis.build import package_lambdas
from vis_assis.build.environments import ROOT

DEPLOYED = ("lambda_src", "models.yaml", "pipeline_defs", "requirements", *package_lambdas.PACKAGER)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def tracked(folder: Path) -> list[str]:
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard", *DEPLOYED)
    names = [*filter(None, listed.split("\0")), ".gitattributes"]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return names


def digests(zips: Mapping[str, Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in zips.values()}


def test_a_clone_with_windows_line_endings_deploys_the_same(tmp_path: Path) -> None:
    source, clone = tmp_path / "source", tmp_path / "clone"
    names = tracked(source)
    git(tmp_path, "init", "--quiet", str(source))
    git(source, "add", "--all")
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    git(source, *author, "commit", "--quiet", "--message=all")
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", str(source), str(clone))

    changed = [name for name in names if (clone / name).read_bytes() != (ROOT / name).read_bytes()]
    assert changed == []
    zips = digests(package_lambdas.build(tmp_path / "zips", clone))
    assert zips == digests(package_lambdas.build(tmp_path / "ours", ROOT))
    assert zips
