"""Command line: `python -m navigation_model.pack`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from navigation_model.packer.archive import Packed, content_size, write_archive
from navigation_model.packer.errors import PackError
from navigation_model.packer.hub import REPOSITORY, REVISION, download_model
from navigation_model.packer.release import (
    PALIGEMMA_CODE,
    release_members,
    require_paligemma,
)

TOKEN_VARIABLE = "HF_TOKEN"  # noqa: S105 - the name, not the token
OUTPUT = Path("build/navigation/model.tar.gz")


def pack_release(model_dir: Path, code_dir: Path = PALIGEMMA_CODE, output: Path = OUTPUT) -> Packed:
    """Packs a release and shows how far it is.

    Args:
        model_dir: folder with the model's files.
        code_dir: folder with `inference.py`.
        output: path of the archive.

    Raises:
        PackError: when something is missing.
    """
    if code_dir.resolve() == PALIGEMMA_CODE:
        require_paligemma(model_dir)
    members = release_members(model_dir, code_dir)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Packing {output}", total=content_size(members))
        return write_archive(members, output, lambda count: bar.advance(task, count))


def pack(  # noqa: PLR0917 - typer passes options by name
    revision: Annotated[
        str | None,
        typer.Option(
            help="Commit, tag or branch to download; without it, the branch of half the size.",
            show_default=REVISION,
        ),
    ] = None,
    output: Annotated[Path, typer.Option(help="Where the archive goes.")] = OUTPUT,
    token_env: Annotated[
        str, typer.Option(help="Environment variable that holds the Hugging Face token.")
    ] = TOKEN_VARIABLE,
    repository: Annotated[str, typer.Option(help="Hugging Face repository.")] = REPOSITORY,
    model_dir: Annotated[
        Path | None, typer.Option(help="Pack this folder instead of downloading.")
    ] = None,
    code_dir: Annotated[
        Path, typer.Option(help="Folder with inference.py.", show_default=False)
    ] = PALIGEMMA_CODE,
) -> None:
    """Pack model.tar.gz for the navigation endpoint; upload it as paligemma/model.tar.gz."""
    out, err = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
    try:
        if model_dir is not None and revision is not None:
            raise typer.BadParameter("Give either --revision or --model-dir.")
        if model_dir is None:
            revision = revision or REVISION
            token = os.environ.get(token_env) or None
            download = download_model(revision, output.parent / "download", token, repository)
            model_dir = download.folder
            err.print(f"{repository} at commit {download.commit}", highlight=False)
            if download.commit != revision:
                err.print(f"To get the same again, pass --revision {download.commit}")
        packed = pack_release(model_dir, code_dir, output)
    except PackError as exc:
        err.print(str(exc), style="red", highlight=False, markup=False)
        raise typer.Exit(1) from exc
    out.print(f"file    {packed.path}", highlight=False, markup=False)
    out.print(f"sha256  {packed.sha256}", highlight=False)
    out.print(f"bytes   {packed.size_bytes}", highlight=False)
    # On stderr, so that a script reads only the above.
    err.print(
        f"Next: aws s3 cp {packed.path} s3://BUCKET/paligemma/model.tar.gz, where BUCKET is the "
        "stack's output navigation_upload_bucket; then `make navigation-status`",
        highlight=False,
        markup=False,
    )


if __name__ == "__main__":
    typer.run(pack)
