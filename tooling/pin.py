"""`make pin`: models.yaml then names commits, which never change, in place of branches and tags."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from huggingface_hub import HfApi

import catalogue
from pipeline_defs.steps.download_model.errors import StepError
from pipeline_defs.steps.download_model.hub import Hub

COMMIT = re.compile(r"[0-9a-f]{40}")


class PinError(RuntimeError):
    """A revision cannot be resolved or written."""


def pin(path: Path, api: HfApi, token: str | None = None) -> dict[str, str]:
    """Asks the hub for the commit of every branch and tag, then writes them all, or none.

    Args:
        path: the catalogue; comments and order stay.
        api: client of the hub.
        token: read token for gated repositories.

    Returns:
        The new revision by model type, of those that had to be changed.

    Raises:
        CatalogueError: when the catalogue is faulty.
        PinError: when a revision cannot be resolved or found in the file.
    """
    models = catalogue.load(path).models
    pinned = {
        type_: _commit(api, model.repository, model.revision, token)
        for type_, model in models.items()
        if not COMMIT.fullmatch(model.revision)
    }
    text = path.read_text(encoding="utf-8")
    for type_, commit in pinned.items():
        line = re.compile(
            rf"^(  {re.escape(type_)}:.*\n(?:(?:    .*)?\n)*?    revision: *)\S+", re.M
        )
        text, found = line.subn(rf"\g<1>{commit}", text)
        if found != 1:
            raise PinError(f"{path.name}: write the revision of {type_} on a line of its own")
    temporary = path.with_name(f"{path.name}.part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return pinned


def _commit(api: HfApi, repository: str, revision: str, token: str | None) -> str:
    try:
        return Hub(api, repository, token).resolve(revision).commit
    except StepError as error:
        raise PinError(str(error)) from error


def main() -> None:
    api = HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None)
    try:
        pinned = pin(catalogue.DEFAULT_PATH, api, os.environ.get("HF_TOKEN"))
    except (PinError, catalogue.CatalogueError) as error:
        sys.exit(f"pin failed: {error}")
    for type_, commit in pinned.items():
        print(f"{type_}: {commit}")
    print(f"{len(pinned)} revisions pinned")


if __name__ == "__main__":
    main()
