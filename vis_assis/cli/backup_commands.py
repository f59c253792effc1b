"""The commands that save a stack's models to a folder and bring them back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vis_assis.aws.cloud import Cloud
from vis_assis.backup.manifest import BackupError
from vis_assis.backup.restore import restore
from vis_assis.backup.save import backup
from vis_assis.cli.stack_commands import (
    StateDir,
    chosen_target,
    deployed_outputs,
    one_line_errors,
    say,
)
from vis_assis.stack.target import LOCAL_STATE_DIR

Folder = Annotated[Path | None, typer.Option(envvar="DIR", help="Folder of the backup.")]


def backup_command(*, folder: Folder = None, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Saves approved models, uploads by hand and navigation releases to DIR."""
    target = chosen_target("backup", "", None, state_dir)
    with one_line_errors("backup"):
        outputs = deployed_outputs(target)
        saved = backup(Cloud(region=outputs["region"]), outputs, _given(folder), say)
        say(
            f"Saved {len(saved.models)} approved models, {len(saved.uploads)} uploads by hand "
            f"and {len(saved.releases)} releases to {folder}"
        )


def restore_command(*, folder: Folder = None, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Registers, approves and uploads what DIR holds, in the deployed stack."""
    target = chosen_target("restore", "", None, state_dir)
    with one_line_errors("restore"):
        outputs = deployed_outputs(target)
        restore(Cloud(region=outputs["region"]), outputs, _given(folder), say)


def _given(folder: Path | None) -> Path:
    if folder is None:
        raise BackupError("no folder was given: add DIR=path/to/backup")
    return folder.resolve()
