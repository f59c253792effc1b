"""Repositories from a folder: how a test, or a user, adds a model to the hub.

Layout: `<owner>/<name>/<revision>/<files…>`, and beside the revisions an optional
`repository.json` with `licence` (one or a list), `licence_name` (what "other" stands for), `gated`
(false, "auto" or "manual"), `private`, `accepted_tokens`, `pipeline_tag`, `library`, `tags`. A
revision folder named by 40 hex digits is that commit, `main` the newest one, any other a branch on
a commit of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from local_cloud.hub.repository import COMMIT_HASH, Commit, Repository, build_commit

_DATE = "2025-01-01T00:00:00.000Z"
_DESCRIPTION = "repository.json"
_KEYS = {
    "licence",
    "licence_name",
    "gated",
    "private",
    "accepted_tokens",
    "pipeline_tag",
    "library",
    "tags",
}

Fingerprint = tuple[tuple[str, int, int], ...]


class RepositoryFolder:
    """Reads a folder of repositories; a changed one is read again at its next use."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._loaded: dict[str, tuple[Fingerprint, Repository]] = {}

    def names(self) -> list[str]:
        """The repositories present, as `owner/name`."""
        owners = [path for path in sorted(self._root.glob("*")) if path.is_dir()]
        return [
            f"{owner.name}/{path.name}"
            for owner in owners
            for path in sorted(owner.glob("*"))
            if path.is_dir()
        ]

    def load(self, name: str) -> Repository:
        """The repository `owner/name`; raises ValueError naming the folder that is malformed."""
        folder = self._root / name
        fingerprint = _fingerprint(folder)
        known = self._loaded.get(name)
        if known is None or known[0] != fingerprint:
            known = (fingerprint, read_repository(folder, name))
            self._loaded[name] = known
        return known[1]


def read_repository(folder: Path, name: str) -> Repository:
    """Read one repository's folder; raises ValueError naming what is missing or unknown."""
    description = _read_description(folder / _DESCRIPTION)
    revisions = sorted(path for path in folder.iterdir() if path.is_dir())
    if not any(path.name == "main" for path in revisions):
        raise ValueError(f"{folder}: put the newest files in a revision folder named 'main'")
    commits: list[Commit] = []
    branches: dict[str, str] = {}
    # main last: it is the newest.
    for revision in sorted(revisions, key=lambda path: (path.name == "main", path.name)):
        is_hash = COMMIT_HASH.fullmatch(revision.name) is not None
        commit = build_commit(
            f"Content of {revision.name}",
            _DATE,
            _read_files(revision),
            sha=revision.name if is_hash else None,
        )
        if all(commit.sha != known.sha for known in commits):
            commits.append(commit)
        if not is_hash:
            branches[revision.name] = commit.sha
    return Repository(
        name=name,
        licence=description.get("licence", "other"),
        licence_name=description.get("licence_name"),
        commits=tuple(commits),
        branches=branches,
        gated=description.get("gated", False),
        private=description.get("private", False),
        accepted_tokens=frozenset(description.get("accepted_tokens", [])),
        pipeline_tag=description.get("pipeline_tag"),
        library=description.get("library"),
        card_tags=tuple(description.get("tags", [])),
    )


def _read_description(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        description: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as exc:
        raise ValueError(f"{path}: not JSON: {exc}") from exc
    unknown = set(description) - _KEYS
    if unknown:
        raise ValueError(f"{path}: unknown {sorted(unknown)}; known are {sorted(_KEYS)}")
    if description.get("gated", False) not in (False, "auto", "manual"):
        raise ValueError(f'{path}: gated is false, "auto" or "manual"')
    return description


def _read_files(revision: Path) -> dict[str, bytes]:
    return {
        path.relative_to(revision).as_posix(): path.read_bytes()
        for path in sorted(revision.rglob("*"))
        if path.is_file()
    }


def _fingerprint(folder: Path) -> Fingerprint:
    entries = ((path, path.stat()) for path in sorted(folder.rglob("*")))
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in entries)
