"""What an Amplify build installs before it begins, on a PATH with nothing but a test's own."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tooling.environments import ROOT

SHELL = ("sh", "dirname", "uname", "tr", "mkdir", "grep", "sha256sum", "rm", "head", "cat", "chmod")
MACHINE = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
ARCHIVE = f"terraform_1.11.4_{platform.system().lower()}_{MACHINE}.zip"
NEW_PYTHON = f'exec "{sys.executable}" "$@"'
OLD_PYTHON = "exit 1"  # to the question whether it is new enough


class Image:
    """A build image with the tools of a shell and those that a test adds."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, folder / "bin"
        self.bin.mkdir()
        for name in SHELL:
            found = shutil.which(name)
            assert found, name
            (self.bin / name).symlink_to(found)

    def link(self, *names: str) -> None:
        for name in names:
            found = shutil.which(name)
            assert found, name
            (self.bin / name).symlink_to(found)

    def write(self, name: str, script: str, folder: Path | None = None) -> None:
        file = (folder or self.bin) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bin / "sh", ROOT / "tooling" / script, *arguments],
            env={"PATH": str(self.bin), "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def image(tmp_path: Path) -> Image:
    return Image(tmp_path)


@pytest.fixture
def image_with_dnf(image: Image) -> Image:
    """Its dnf notes what it is asked for, and puts it on PATH."""
    image.link("cp")
    offered = image.folder / "offered"
    image.write("python3.12", NEW_PYTHON, offered)
    image.write("make", "", offered)
    image.write("unzip", "", offered)
    image.write(
        "dnf",
        f"""echo "$*" > "{image.folder}/asked"
for name in "$@"; do
  case $name in -* | install) ;; *) cp "{offered}/$name" "{image.bin}" ;; esac
done""",
    )
    return image


def asked(image: Image) -> str:
    return (image.folder / "asked").read_text().strip()


def test_an_image_with_an_old_python_gets_a_new_one(image_with_dnf: Image) -> None:
    image_with_dnf.write("python3", OLD_PYTHON)
    image_with_dnf.link("make", "unzip")
    done = image_with_dnf.run("install_build_tools.sh")
    assert (done.returncode, done.stdout) == (0, f"{image_with_dnf.bin}/python3.12\n"), done.stderr
    assert asked(image_with_dnf) == "install -y -q python3.12"


def test_everything_that_is_missing_is_installed_at_once(image_with_dnf: Image) -> None:
    done = image_with_dnf.run("install_build_tools.sh")
    assert done.returncode == 0, done.stderr
    assert asked(image_with_dnf) == "install -y -q make unzip python3.12"


def test_an_image_that_has_all_installs_nothing(image: Image) -> None:
    image.write("python3", NEW_PYTHON)
    image.link("make", "unzip")
    done = image.run("install_build_tools.sh")
    assert (done.returncode, done.stdout) == (0, f"{image.bin}/python3\n"), done.stderr


def test_a_python_of_pyenv_is_found_behind_its_shims(image: Image) -> None:
    image.write("python3", OLD_PYTHON)
    folder = image.folder / ".pyenv" / "versions" / "3.11.9" / "bin"
    image.write("python3", NEW_PYTHON, folder)
    image.link("make", "unzip")
    done = image.run("install_build_tools.sh")
    assert (done.returncode, done.stdout) == (0, f"{folder}/python3\n"), done.stderr


def test_an_image_that_cannot_install_says_what_it_lacks(image: Image) -> None:
    image.write("python3", OLD_PYTHON)
    image.link("make")
    done = image.run("install_build_tools.sh")
    assert done.returncode == 1
    assert "lacks unzip python3.12" in done.stderr


@pytest.fixture
def served(image: Image) -> Path:
    """A folder that stands in for the download server: an archive with a `terraform`, its sums."""
    folder = image.folder / "served"
    folder.mkdir()
    with zipfile.ZipFile(folder / ARCHIVE, "w") as archive:
        archive.writestr("terraform", "the real one")
    total = hashlib.sha256((folder / ARCHIVE).read_bytes()).hexdigest()
    lines = [f"{'0' * 64}  terraform_1.11.4_other.zip", f"{total}  {ARCHIVE}"]
    (folder / "terraform_1.11.4_SHA256SUMS").write_text("\n".join(lines) + "\n")
    image.link("unzip", "cp")
    image.write(
        "curl",
        f"""for url; do :; done
file="{folder}/${{url##*/}}"
[ -f "$file" ] || exit 22
case $1 in *O) cp "$file" . ;; *) cat "$file" ;; esac""",
    )
    return folder


def test_terraform_is_downloaded_and_checked(image: Image, served: Path) -> None:
    target = image.folder / "bin-of-the-build"
    done = image.run("install_terraform.sh", str(target))
    assert (done.returncode, done.stdout) == (0, f"{target}/terraform\n"), done.stderr
    assert [file.name for file in target.iterdir()] == ["terraform"]
    assert (target / "terraform").read_text() == "the real one"


@pytest.mark.parametrize("sums", ["changed", "without it", "missing"])
def test_an_archive_that_cannot_be_checked_is_not_used(
    image: Image, served: Path, sums: str
) -> None:
    file = served / "terraform_1.11.4_SHA256SUMS"
    if sums == "missing":
        file.unlink()
    else:
        name = ARCHIVE if sums == "changed" else "terraform_1.11.4_other.zip"
        file.write_text(f"{'0' * 64}  {name}\n")
    target = image.folder / "bin-of-the-build"
    done = image.run("install_terraform.sh", str(target))
    assert done.returncode != 0
    assert done.stdout == ""
    assert not (target / "terraform").exists()


def test_a_terraform_of_that_version_is_taken_as_it_is(image: Image) -> None:
    image.write("terraform", "echo Terraform v1.11.4")
    done = image.run("install_terraform.sh", str(image.folder / "bin-of-the-build"))
    assert (done.returncode, done.stdout) == (0, f"{image.bin}/terraform\n"), done.stderr
    assert not os.path.lexists(image.folder / "bin-of-the-build")
