"""This product uses the local cloud's public interface: `local_cloud` and `local_cloud.testing`."""

from __future__ import annotations

import ast
import subprocess

from vis_assis.build.environments import ROOT


def public(module: str) -> bool:
    return module in {"local_cloud", "local_cloud.testing"} or module.startswith(
        "local_cloud.testing."
    )


def test_only_the_public_interface_is_imported() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    offenders = []
    for path in listed:
        if path.startswith("packages/") or not (ROOT / path).is_file():
            continue
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            offenders += [
                f"{path}: {module}"
                for module in modules
                if module.partition(".")[0] == "local_cloud" and not public(module)
            ]
    assert offenders == []
