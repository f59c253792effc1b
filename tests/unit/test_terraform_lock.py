"""The committed lock file: never rewritten, and a platform that it lacks is told what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tooling.environments import ROOT
from tooling.terraform import Terraform, TerraformError

LOCK = ".terraform.lock.hcl"


@pytest.fixture
def terraform(tmp_path: Path) -> Terraform:
    """A configuration that needs the same providers, and nothing else."""
    root = tmp_path / "root"
    root.mkdir()
    shutil.copy(ROOT / "versions.tf", root)
    shutil.copy(ROOT / LOCK, root)
    return Terraform(data_dir=tmp_path / "data", environment={}, root=root)


def test_a_platform_without_checksum_is_told_the_command(terraform: Terraform) -> None:
    lock = terraform.root / LOCK
    other = "h1:" + 43 * "A" + "="
    lines = [line for line in lock.read_text().splitlines() if "h1:" not in line]
    lines.insert(lines.index("  hashes = [") + 1, f'    "{other}",')
    lock.write_text("\n".join(lines) + "\n")

    with pytest.raises(TerraformError) as caught:
        terraform.init()
    message = str(caught.value)
    assert "\n" not in message
    assert "matches no checksum in .terraform.lock.hcl" in message
    assert "`terraform providers lock -platform=" in message


def test_the_lock_file_is_read_and_never_written(terraform: Terraform) -> None:
    lock = terraform.root / LOCK
    lock.write_text("")
    with pytest.raises(TerraformError, match="dependency changes"):
        terraform.init()
    assert lock.read_text() == ""
