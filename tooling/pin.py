"""`make pin`: models.yaml names commits, which never change, and the hub has what it asks for."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from huggingface_hub import HfApi

import catalogue
from pipeline_defs.steps.download_model import licences, patterns
from pipeline_defs.steps.download_model.errors import StepError
from pipeline_defs.steps.download_model.hub import Hub

COMMIT = re.compile(r"[0-9a-f]{40}")


class PinError(RuntimeError):
    """The hub does not have what the catalogue asks for, or a commit cannot be written."""


def pin(path: Path, api: HfApi, token: str | None = None) -> dict[str, str]:
    """Checks every model on the hub and writes the commits of branches and tags, all or none.

    Checked are what the first step of a pipeline would stop at before its downloads: the revision,
    a commit as well, the files that `files` asks for, and the licence that the repository states.

    Args:
        path: the catalogue; comments and order stay.
        api: client of the hub.
        token: read token for gated repositories.

    Returns:
        The new revision by model type, of those that had to be changed.

    Raises:
        CatalogueError: when the catalogue is faulty.
        PinError: when a model fails a check, or its revision is not found in the file.
    """
    models = catalogue.load(path).models
    commits = {type_: _checked_commit(api, type_, model, token) for type_, model in models.items()}
    pinned = {
        type_: commit
        for type_, commit in commits.items()
        if not COMMIT.fullmatch(models[type_].revision)
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


def _checked_commit(api: HfApi, type_: str, model: catalogue.Model, token: str | None) -> str:
    hub = Hub(api, model.repository, token)
    try:
        snapshot = hub.resolve(model.revision)
        licences.check_stated(
            type_, model.licence, stated=snapshot.licences, repository=model.repository
        )
        source = f"{type_}: {model.repository}@{model.revision}"
        patterns.select(hub.files(snapshot.commit), model.files, source=source)
    except StepError as error:
        raise PinError(str(error)) from error
    return snapshot.commit


def main() -> None:
    api = HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None)
    try:
        pinned = pin(catalogue.DEFAULT_PATH, api, os.environ.get("HF_TOKEN"))
    except (PinError, catalogue.CatalogueError) as error:
        sys.exit(f"pin failed: {error}")
    for type_, commit in pinned.items():
        print(f"{type_}: {commit}")
    print(f"all revisions checked on {api.endpoint}, {len(pinned)} of them pinned now")


if __name__ == "__main__":
    main()
