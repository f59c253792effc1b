"""`make weight` counts every tracked source file once."""

import subprocess
from pathlib import Path

from vis_assis.build import weight


def test_tracked_sources_count_for_their_room(tmp_path: Path) -> None:
    files = {
        "main.tf": 3,
        "modules/a/main.tf": 4,
        "modules/a/notes.md": 50,
        "examples/web/app.js": 5,
        "packages/thing/src/thing/a.py": 6,
        "packages/thing/tests/test_a.py": 7,
        "tests/test_b.py": 8,
        "tests/c.tftest.hcl": 9,
    }
    for name, count in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("line\n" * count)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    (tmp_path / "untracked.py").write_text("line\n")
    lines = weight.weigh(tmp_path)
    assert lines == {
        "root": 3,
        "modules": 4,
        "examples": 5,
        "packages/thing": 6,
        "tests": 15,
        "tests (.tftest.hcl)": 9,
    }
    sums = {
        row.split()[0]: row.split()[1] for row in weight.table(lines).splitlines() if row[0] != " "
    }
    assert sums == {"product": "12", "packages": "6", "tests": "24"}
