"""A stand-in for the configuration's folder: links to its files, but for those left out."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

# The configuration may read the rest of the repository; these are caches and Terraform's own.
SKIPPED = {".git", ".venv", ".venvs", ".cache", ".terraform"}
# What Terraform reads without being told to.
VALUES = ("terraform.tfvars", "terraform.tfvars.json", "*.auto.tfvars", "*.auto.tfvars.json")


def link_root(root: Path, folder: Path, without: Collection[str] = ()) -> Path:
    """Makes a folder of links to the configuration's files.

    Args:
        root: folder of the configuration.
        folder: the folder to make. An older one is brought up to date, not replaced: Terraform
            may be at work in it.
        without: names of files to leave out as well.
    """
    left_out = {*SKIPPED, *without}
    wanted = {
        entry.name: entry
        for entry in root.iterdir()
        if entry.name not in left_out and not entry.name.startswith("terraform.tfstate")
    }
    folder.mkdir(parents=True, exist_ok=True)
    for entry in folder.iterdir():
        if entry.is_symlink() and entry.readlink() == wanted.get(entry.name):
            del wanted[entry.name]
        elif entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    for name, entry in wanted.items():
        (folder / name).symlink_to(entry)
    return folder


def backend_files(root: Path) -> list[str]:
    """Names of the files that configure a backend, which backend/s3.tf.example brings."""
    return [file.name for file in root.glob("*.tf") if 'backend "' in file.read_text()]


def values_files(root: Path) -> list[str]:
    """Names of the files of variables that Terraform loads by itself."""
    return sorted(file.name for pattern in VALUES for file in root.glob(pattern))
