"""What an Amplify build installs before it begins, on a PATH with nothing but a test's own."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from vis_assis.build.environments import ROOT

SHELL = ("sh", "dirname", "uname", "mkdir", "grep", "rm", "head", "cat", "chmod")
MACHINE = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
PLATFORM = f"{platform.system().lower()}_{MACHINE}"
ARCHIVE = f"terraform_1.11.4_{PLATFORM}.zip"
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

    def run(self, script: str | Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bin / "sh", ROOT / "vis_assis/build" / script, *arguments],
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


@pytest.fixture(params=["sha256sum", "shasum"])
def served(image: Image, request: pytest.FixtureRequest) -> Path:
    """An archive with a `terraform` on the download server; the image has one tool to check it."""
    if shutil.which(request.param) is None:
        pytest.skip(f"this machine has no {request.param}")
    folder = image.folder / "served"
    folder.mkdir()
    with zipfile.ZipFile(folder / ARCHIVE, "w") as archive:
        archive.writestr("terraform", "the real one")
    image.link(request.param, "unzip", "cp")
    image.write(
        "curl",
        f"""for url; do :; done
file="{folder}/${{url##*/}}"
[ -f "$file" ] || exit 22
cp "$file" .""",
    )
    return folder / ARCHIVE


def pinned_to(archive: Path, image: Image) -> Path:
    """The script with the checksum of a test's archive in place of the real one's."""
    text = (ROOT / "vis_assis/build" / "install_terraform.sh").read_text()
    total = hashlib.sha256(archive.read_bytes()).hexdigest()
    changed, found = re.subn(rf"(={PLATFORM} sum=)[0-9a-f]{{64}}", rf"\g<1>{total}", text)
    assert found == 1
    script = image.folder / "install_terraform.sh"
    script.write_text(changed)
    return script


def test_terraform_is_downloaded_and_checked(image: Image, served: Path) -> None:
    target = image.folder / "bin-of-the-build"
    done = image.run(pinned_to(served, image), str(target))
    assert (done.returncode, done.stdout) == (0, f"{target}/terraform\n"), done.stderr
    assert [file.name for file in target.iterdir()] == ["terraform"]
    assert (target / "terraform").read_text() == "the real one"


def test_another_archive_than_the_pinned_one_is_not_used(image: Image, served: Path) -> None:
    """Not even when the server's own list of checksums names it."""
    total = hashlib.sha256(served.read_bytes()).hexdigest()
    served.with_name("terraform_1.11.4_SHA256SUMS").write_text(f"{total}  {ARCHIVE}\n")
    target = image.folder / "bin-of-the-build"
    done = image.run("install_terraform.sh", str(target))
    assert (done.returncode, done.stdout) == (1, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Terraform was not installed: ")
    assert f"/{ARCHIVE} does not have the checksum " in last
    assert list(target.iterdir()) == []


def test_an_archive_that_cannot_be_had_stops_the_build(image: Image, served: Path) -> None:
    served.unlink()
    done = image.run("install_terraform.sh", str(image.folder / "bin-of-the-build"))
    assert done.returncode != 0
    assert done.stdout == ""


def test_a_terraform_of_that_version_is_taken_as_it_is(image: Image) -> None:
    image.write("terraform", "echo Terraform v1.11.4")
    done = image.run("install_terraform.sh", str(image.folder / "bin-of-the-build"))
    assert (done.returncode, done.stdout) == (0, f"{image.bin}/terraform\n"), done.stderr
    assert not os.path.lexists(image.folder / "bin-of-the-build")
