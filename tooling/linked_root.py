"""A stand-in for the configuration's folder: links to its files, but for those left out."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

# The configuration may read the rest of the repository; these are caches and Terraform's own.
SKIPPED = {".git", ".venv", ".venvs", ".cache", ".terraform"}


def link_root(root: Path, folder: Path, without: Collection[str] = ()) -> Path:
    """Makes a folder of links to the configuration's files.

    Args:
        root: folder of the configuration.
        folder: the folder to make; an older one is replaced.
        without: names of files to leave out as well.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    left_out = {*SKIPPED, *without}
    for entry in root.iterdir():
        if entry.name not in left_out and not entry.name.startswith("terraform.tfstate"):
            (folder / entry.name).symlink_to(entry)
    return folder


def backend_files(root: Path) -> list[str]:
    """Names of the files that configure a backend, which backend/s3.tf.example brings."""
    return [file.name for file in root.glob("*.tf") if 'backend "' in file.read_text()]
