"""`backup.json`: what a backup holds; written last, so that its presence means completeness."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel, ValidationError, field_validator

from vis_assis.errors import CommandError

MANIFEST = "backup.json"


class SavedFile(BaseModel):
    """A file of the backup.

    Args:
        path: relative to the backup's folder.
        sha256: of its bytes, in hex.
        bytes: its size.
    """

    path: str
    sha256: str
    bytes: int

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, path: str) -> str:
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise ValueError("leads out of the backup's folder")
        return path

    def below(self, folder: Path) -> Path:
        """The file's path in the backup's folder."""
        return folder / self.path

    def check(self, folder: Path) -> None:
        """Compares the file's bytes with what was saved.

        Raises:
            CommandError: when it is missing or other.
        """
        file = self.below(folder)
        if not file.is_file() or sha256_of(file) != self.sha256:
            raise CommandError(f"{file} is missing or damaged: nothing is restored")


class SavedModel(BaseModel):
    """An approved version of a model.

    Args:
        model_type: such as `depth`.
        version: its number when it was saved; a restore numbers from 1.
        metadata: customer metadata.
        description: of the version; may be empty.
        specification: the inference specification, with the artifact's old URI.
        file: the artifact.
    """

    model_type: str
    version: int
    metadata: dict[str, str]
    description: str
    specification: dict[str, Any]
    file: SavedFile


class SavedUpload(BaseModel):
    """A model that was uploaded by hand and is in production."""

    model_type: str
    file: SavedFile


class SavedRelease(BaseModel):
    """A release of the navigation model, and whether it was the one served."""

    release: str
    is_served: bool
    file: SavedFile


class Manifest(BaseModel):
    """Everything in a backup."""

    models: list[SavedModel] = []
    uploads: list[SavedUpload] = []
    releases: list[SavedRelease] = []

    def check_files(self, folder: Path) -> None:
        """Compares every file of the backup with what was saved.

        Raises:
            CommandError: when one is missing or other.
        """
        files = [
            *(saved.file for saved in self.models),
            *(saved.file for saved in self.uploads),
            *(saved.file for saved in self.releases),
        ]
        for file in files:
            file.check(folder)

    def write(self, folder: Path) -> None:
        """Writes the manifest in one step."""
        temporary = folder / f"{MANIFEST}.part"
        temporary.write_text(self.model_dump_json(indent=2) + "\n")
        temporary.replace(folder / MANIFEST)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Reads the manifest of a complete backup.

        Raises:
            CommandError: when there is none, or `make backup` did not write it.
        """
        file = folder / MANIFEST
        if not file.is_file():
            raise CommandError(f"{folder} holds no complete backup: {MANIFEST} is missing")
        try:
            return cls.model_validate_json(file.read_text())
        except ValidationError as error:
            raise CommandError(f"{file} is damaged: {error.errors()[0]['msg']}") from error


def sha256_of(file: Path) -> str:
    """The file's sha256 in hex, read in parts."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
