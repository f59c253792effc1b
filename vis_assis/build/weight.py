"""Counts the lines that have to be read: tracked .py, .tf and .js files, by room."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path, PurePosixPath

from vis_assis.build.environments import ROOT

COUNTED = {".py", ".tf", ".js"}
NATIVE_TESTS = ".tftest.hcl"


def room(path: PurePosixPath) -> str | None:
    """The room that a tracked file counts for.

    Args:
        path: the file, relative to the repository.

    Returns:
        The room's name; None for a file that is not counted.
    """
    if path.name.endswith(NATIVE_TESTS):
        return "tests (.tftest.hcl)"
    if path.suffix not in COUNTED:
        return None
    if "tests" in path.parts:
        return "tests"
    if path.parts[0] == "packages":
        return f"packages/{path.parts[1]}"
    return path.parts[0] if len(path.parts) > 1 else "root"


def weigh(repository: Path) -> Counter[str]:
    """Counts the lines of the files that git tracks.

    Args:
        repository: folder of the git work tree.

    Returns:
        Lines by room.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repository, check=True, capture_output=True, text=True
    )
    lines: Counter[str] = Counter()
    for name in listed.stdout.split("\0"):
        file = repository / name
        if (counts_for := room(PurePosixPath(name or "none"))) and file.is_file():
            lines[counts_for] += len(file.read_bytes().splitlines())
    return lines


def table(lines: Counter[str]) -> str:
    """Rooms of the product, the packages and the tests, with a sum of each.

    Args:
        lines: lines by room.
    """
    groups: dict[str, list[str]] = {"product": [], "packages": [], "tests": []}
    for name in sorted(lines):
        kind = name.split("/")[0].split(" ")[0]
        groups[kind if kind in groups else "product"].append(name)
    rows = []
    for group, rooms in groups.items():
        rows += [f"  {name:28}{lines[name]:>8,}" for name in rooms]
        rows.append(f"{group:30}{sum(lines[name] for name in rooms):>8,}")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table(weigh(ROOT)))
