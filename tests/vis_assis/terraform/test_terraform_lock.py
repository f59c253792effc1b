"""The committed lock file: never rewritten, and whoever matches none of it is told what to do."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from vis_assis.build.environments import ROOT
from vis_assis.terraform import mirror, runner
from vis_assis.terraform.runner import Terraform, TerraformError

LOCK = ".terraform.lock.hcl"


@pytest.fixture
def terraform(tmp_path: Path) -> Terraform:
    """A configuration that needs the same providers, and nothing else."""
    root = tmp_path / "root"
    root.mkdir()
    shutil.copy(ROOT / "versions.tf", root)
    shutil.copy(ROOT / LOCK, root)
    return Terraform(data_dir=tmp_path / "data", environment={}, root=root)


def platform(terraform: Terraform) -> str:
    """As Terraform spells it, such as linux_amd64."""
    return str(json.loads(terraform.run("version", "-json").stdout)["platform"])


def write_hashes(lock: Path, *hashes: str) -> str:
    """Replaces the recorded checksums; returns the file's text."""
    lines = ",\n    ".join(f'"{line}"' for line in hashes)
    text = re.sub(
        r"hashes = \[.*?\]", f"hashes = [\n    {lines},\n  ]", lock.read_text(), flags=re.S
    )
    lock.write_text(text)
    return text


def test_a_platform_without_checksum_is_told_the_command(terraform: Terraform) -> None:
    write_hashes(terraform.root / LOCK, "h1:" + 43 * "A" + "=")
    with pytest.raises(TerraformError) as caught:
        terraform.init()
    message = str(caught.value)
    assert "\n" not in message
    assert "matches no checksum in .terraform.lock.hcl" in message
    # Without the first, the second stops at modules that are not installed.
    assert f"`terraform get && terraform providers lock -platform={platform(terraform)}`" in message


def test_the_archives_checksum_is_enough_and_nothing_is_added(
    terraform: Terraform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from the registry on a platform that nobody has used yet: an archive of the same name."""
    ((source, version),) = mirror.LOCKED_PROVIDER.findall((ROOT / LOCK).read_text())
    name = f"terraform-provider-aws_{version}_{platform(terraform)}.zip"
    archive = tmp_path / "mirror" / source / name
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(f"terraform-provider-aws_v{version}_x5", "the provider")
    monkeypatch.setattr(runner, "init_arguments", lambda _: [f"-plugin-dir={tmp_path / 'mirror'}"])
    lock = terraform.root / LOCK
    written = write_hashes(lock, f"zh:{hashlib.sha256(archive.read_bytes()).hexdigest()}")
    terraform.init()
    assert lock.read_text() == written


def test_the_lock_file_is_read_and_never_written(
    terraform: Terraform, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = mirror.init_arguments(ROOT)
    monkeypatch.setattr(runner, "init_arguments", lambda _: found)
    lock = terraform.root / LOCK
    lock.write_text("")
    with pytest.raises(TerraformError, match="dependency changes"):
        terraform.init()
    assert lock.read_text() == ""
