from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.terraform.mirror import (
    cli_config_text,
    find_mirror,
    locked_packages,
    this_platform,
    write_cli_config,
)

AWS = "registry.terraform.io/hashicorp/aws"
(LOCKED,) = [package for package in locked_packages() if package.source == AWS]


def make_mirror(root: Path, version: str = LOCKED.version, platform: str = "") -> Path:
    (root / AWS / version / (platform or this_platform())).mkdir(parents=True)
    return root


def make_packed_mirror(root: Path, version: str = LOCKED.version, platform: str = "") -> Path:
    archive = f"terraform-provider-aws_{version}_{platform or this_platform()}.zip"
    (root / AWS).mkdir(parents=True)
    (root / AWS / archive).touch()
    return root


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment whose home and data folders are empty."""
    return {"HOME": str(tmp_path / "home"), "XDG_DATA_DIRS": str(tmp_path / "share")}


def test_the_variable_wins_over_every_other_place(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    make_mirror(tmp_path / "home" / ".terraform.d" / "plugins")
    chosen = make_mirror(tmp_path / "chosen")
    assert find_mirror({**environment, "TF_PLUGIN_DIR": str(chosen)}, []) == chosen


def test_a_variable_that_names_no_mirror_is_an_error(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    with pytest.raises(CommandError, match=r"TF_PLUGIN_DIR=.*nowhere.*unset it"):
        find_mirror({**environment, "TF_PLUGIN_DIR": str(tmp_path / "nowhere")}, [])


@pytest.mark.parametrize(
    "place",
    ["home/.terraform.d/plugins", "home/.local/share/terraform/plugins", "share/terraform/plugins"],
)
def test_the_usual_places_are_searched(
    tmp_path: Path, environment: dict[str, str], place: str
) -> None:
    mirror = make_mirror(tmp_path / place)
    assert find_mirror(environment, []) == mirror


def test_children_of_shared_folders_come_last(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "vendor" / "another-tool").mkdir(parents=True)
    child = make_mirror(tmp_path / "vendor" / "terraform-plugins")
    assert find_mirror(environment, [tmp_path / "vendor"]) == child
    usual = make_mirror(tmp_path / "share" / "terraform" / "plugins")
    assert find_mirror(environment, [tmp_path / "vendor"]) == usual


@pytest.mark.parametrize("closed", ["vendor/closed", "share/terraform"])
def test_a_folder_that_may_not_be_looked_into_is_passed_over(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    """Modes would not keep root out."""
    (tmp_path / closed).mkdir(parents=True)
    stat = os.stat

    def refused(path: Any, **options: Any) -> os.stat_result:
        if (tmp_path / closed) in Path(os.fsdecode(path)).parents:
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    mirror = make_mirror(tmp_path / "vendor" / "terraform-plugins")
    monkeypatch.setattr(os, "stat", refused)
    assert find_mirror(environment, [tmp_path / "vendor"]) == mirror


def test_an_empty_registry_folder_is_no_mirror(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "vendor" / "x" / "registry.terraform.io").mkdir(parents=True)
    assert find_mirror(environment, [tmp_path / "vendor"]) is None


@pytest.mark.parametrize("make", [make_mirror, make_packed_mirror])
@pytest.mark.parametrize(
    ("version", "platform"), [("4.67.0", ""), (LOCKED.version, "solaris_sparc")]
)
def test_a_mirror_without_the_locked_version_for_this_platform_is_passed_over(
    tmp_path: Path,
    environment: dict[str, str],
    make: Callable[..., Path],
    version: str,
    platform: str,
) -> None:
    old = make(tmp_path / "home" / ".terraform.d" / "plugins", version, platform)
    assert find_mirror(environment, []) is None
    assert AWS in cli_config_text(make(tmp_path / "right"))
    assert "filesystem_mirror" not in cli_config_text(old)
    assert "direct {\n    exclude = []\n" in cli_config_text(old)
    right = make(tmp_path / "share" / "terraform" / "plugins")
    assert find_mirror(environment, []) == right
    with pytest.raises(CommandError, match=f"does not hold {re.escape(str(LOCKED))}"):
        find_mirror({**environment, "TF_PLUGIN_DIR": str(old)}, [])


def test_the_lock_file_says_what_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    block = 'provider "registry.terraform.io/{}" {{\n  version = "{}"\n  hashes = [\n  ]\n}}\n'
    file.write_text(block.format("hashicorp/aws", "5.1.0") + block.format("a/b", "2.0.0"))
    assert [(package.source, package.version) for package in locked_packages(file)] == [
        (AWS, "5.1.0"),
        ("registry.terraform.io/a/b", "2.0.0"),
    ]
    assert locked_packages()


def test_terraform_spells_the_platform_alike() -> None:
    program = os.environ.get("TERRAFORM", "terraform")
    done = subprocess.run([program, "version", "-json"], capture_output=True, check=True)
    assert json.loads(done.stdout)["platform"] == this_platform()


def test_the_config_names_the_mirror_and_leaves_the_rest_to_the_registry(tmp_path: Path) -> None:
    mirror = make_mirror(tmp_path / "mirror")
    text = cli_config_text(mirror)
    assert f'path    = "{mirror}"' in text
    assert 'include = ["registry.terraform.io/hashicorp/aws"]' in text
    assert 'exclude = ["registry.terraform.io/hashicorp/aws"]' in text


@pytest.mark.parametrize("packed", [False, True])
def test_terraform_asks_the_registry_when_the_mirror_has_another_version(
    tmp_path: Path, packed: bool
) -> None:
    """A dead proxy stands in for the registry: what matters is that Terraform turns to it."""
    plugins = tmp_path / "home" / ".terraform.d" / "plugins"
    old = (make_packed_mirror if packed else make_mirror)(plugins, "4.67.0")
    config = tmp_path / "terraform.rc"
    config.write_text(cli_config_text(old))
    (tmp_path / "main.tf").write_text((ROOT / "versions.tf").read_text())
    done = subprocess.run(
        [os.environ.get("TERRAFORM", "terraform"), "init", "-no-color"],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path / "home"),
            "TF_CLI_CONFIG_FILE": str(config),
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "TF_REGISTRY_DISCOVERY_RETRY": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr


def test_the_config_is_written_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = make_mirror(tmp_path / "mirror")
    monkeypatch.setenv("TF_PLUGIN_DIR", str(mirror))
    written = write_cli_config(tmp_path / "new" / "terraform.rc")
    assert written.is_absolute()
    assert written.read_text(encoding="utf-8") == cli_config_text(mirror)
