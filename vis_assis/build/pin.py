"""`make pin`: models.yaml names commits, which never change, and the hub has what it asks for."""

from __future__ import annotations

import copy
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi
from yaml import ScalarNode

import catalogue
from catalogue.loader import parse, read_bytes
from catalogue.yaml_document import Document
from pipeline_defs.steps.download_model import file_names, licences, patterns
from pipeline_defs.steps.download_model.errors import StepError
from pipeline_defs.steps.download_model.hub import Hub
from vis_assis.errors import CommandError

COMMIT = re.compile(r"[0-9a-f]{40}")


def pin(path: Path, api: HfApi, token: str | None = None) -> dict[str, str]:
    """Checks every model on the hub and writes the commits of branches and tags, all or none.

    Checked are what the first step of a pipeline would stop at before its downloads: the revision,
    a commit as well, the files that `files` asks for, and the licence that the repository states.

    Args:
        path: the catalogue; everything but the revisions stays as it is, to the byte.
        api: client of the hub.
        token: read token for gated repositories.

    Returns:
        The new revision by model type, of those that had to be changed.

    Raises:
        CatalogueError: when the catalogue is faulty.
        CommandError: when a model fails a check, a revision cannot be replaced, or the file was
            changed meanwhile.
    """
    content = read_bytes(path)
    read, document = parse(content, path)
    models = read.models
    commits = {type_: _checked_commit(api, type_, model, token) for type_, model in models.items()}
    pinned = {
        type_: commit
        for type_, commit in commits.items()
        if not COMMIT.fullmatch(models[type_].revision)
    }
    if pinned:
        changed = _with_revisions(content, document, pinned)
        if not _holds(changed, path, document.content, pinned):
            raise CommandError(f"{path.name}: the commits cannot be written; write them by hand")
        if read_bytes(path) != content:
            raise CommandError(f"{path.name} was changed meanwhile: run `make pin` again")
        path.write_bytes(changed)
    return pinned


def _checked_commit(api: HfApi, type_: str, model: catalogue.Model, token: str | None) -> str:
    hub = Hub(api, model.repository, token)
    try:
        snapshot = hub.resolve(model.revision)
        licences.check_stated(
            type_, model.licence, stated=snapshot.licences, repository=model.repository
        )
        source = f"{type_}: {model.repository}@{model.revision}"
        files = patterns.select(hub.files(snapshot.commit), model.files, source=source)
        file_names.check(files)
    except StepError as error:
        raise CommandError(str(error)) from error
    return snapshot.commit


def _with_revisions(content: bytes, document: Document, pinned: Mapping[str, str]) -> bytes:
    """The file with the commits in place of the values, from the last to the first."""
    text = content.decode()
    places = {document.values["models", type_, "revision"]: new for type_, new in pinned.items()}
    for node, commit in sorted(places.items(), key=_start, reverse=True):
        quote = node.style or '"'  # a commit such as 4472e73… is a number to some readers
        before, after = text[: node.start_mark.index], text[node.end_mark.index :]
        text = f"{before}{quote}{commit}{quote}{after}"
    return text.encode()


def _holds(changed: bytes, path: Path, before: Any, pinned: Mapping[str, str]) -> bool:
    """Whether the commits are in the file, and nothing else of it is another."""
    expected = copy.deepcopy(before)
    for type_, commit in pinned.items():
        expected["models"][type_]["revision"] = commit
    try:
        return bool(parse(changed, path)[1].content == expected)
    except catalogue.CatalogueError:
        return False


def _start(place: tuple[ScalarNode, str]) -> int:
    index: int = place[0].start_mark.index
    return index


def main() -> None:
    api = HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None)
    try:
        pinned = pin(catalogue.DEFAULT_PATH, api, os.environ.get("HF_TOKEN"))
    except (CommandError, catalogue.CatalogueError) as error:
        sys.exit(f"pin failed: {error}")
    for type_, commit in pinned.items():
        print(f"{type_}: {commit}")
    print(f"all revisions checked on {api.endpoint}, {len(pinned)} of them pinned now")


if __name__ == "__main__":
    main()
