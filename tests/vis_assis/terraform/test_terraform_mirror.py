"""Terraform finds its providers by its own settings, or else in a mirror below usual folders."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from vis_assis.build.environments import ROOT
from vis_assis.terraform.mirror import LOCKED_PROVIDER, init_arguments

((AWS, LOCKED),) = LOCKED_PROVIDER.findall((ROOT / ".terraform.lock.hcl").read_text())
PLATFORM = "linux_amd64"


def unpacked(version: str) -> str:
    return f"{AWS}/{version}/{PLATFORM}/terraform-provider-aws_v{version}_x5"


def packed(version: str) -> str:
    return f"{AWS}/terraform-provider-aws_{version}_{PLATFORM}.zip"


@pytest.mark.parametrize(
    ("file", "is_used"),
    [
        (unpacked(LOCKED), True),
        (packed(LOCKED), True),
        (unpacked("4.67.0"), False),
        (packed("4.67.0"), False),
        ("registry.terraform.io/nothing", False),
    ],
)
@pytest.mark.parametrize("settings", ["", "home/.terraformrc", "other.rc"])
def test_a_mirror_is_named_where_terraform_has_no_settings_of_its_own(
    tmp_path: Path, file: str, is_used: bool, settings: str
) -> None:
    for name in ("vendor/another-tool/bin", f"vendor/terraform-plugins/{file}", settings):
        if name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
    environment = {
        "HOME": str(tmp_path / "home"),
        "TF_CLI_CONFIG_FILE": str(tmp_path / settings) if settings == "other.rc" else "",
    }
    mirror = tmp_path / "vendor" / "terraform-plugins"
    expected = [f"-plugin-dir={mirror}"] if is_used and not settings else []
    assert init_arguments(ROOT, environment, [tmp_path / "vendor"]) == expected


def test_terraform_goes_to_the_registry_without_a_mirror(tmp_path: Path) -> None:
    """A dead proxy stands in for the registry: what matters is that Terraform turns to it."""
    for name in ("versions.tf", ".terraform.lock.hcl"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    done = subprocess.run(
        [
            *(os.environ.get("TERRAFORM", "terraform"), "init", "-no-color"),
            *init_arguments(tmp_path, {"HOME": str(tmp_path)}, [tmp_path]),
        ],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "TF_REGISTRY_DISCOVERY_RETRY": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
