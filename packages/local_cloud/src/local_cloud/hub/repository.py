"""What a repository is: commits of files, branches that name them, and its access rules.

Everything is derived from the content, so that the same files have the same hashes everywhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal

from local_cloud.hub.errors import entry_not_found, revision_not_found

COMMIT_HASH = re.compile(r"[0-9a-f]{40}")
_DEFAULT_LARGE_FILES = (
    "*.bin",
    "*.model",
    "*.npy",
    "*.onnx",
    "*.safetensors",
    "*.zip",
    "*tfevents*",
)
_LARGE_FILE_BYTES = 10 * 1024 * 1024

Gating = Literal[False, "auto", "manual"]


@dataclass(frozen=True)
class StoredFile:
    """One file's bytes and the hashes the hub publishes for it."""

    content: bytes
    large: bool = False

    @property
    def size(self) -> int:
        return len(self.content)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def pointer(self) -> bytes:
        """The Git LFS pointer that the commit holds in place of a large file."""
        return (
            "version https://git-lfs.github.com/spec/v1\n"
            f"oid sha256:{self.sha256}\nsize {self.size}\n"
        ).encode()

    @cached_property
    def oid(self) -> str:
        """Git blob hash of the file, or of its LFS pointer when it is large."""
        blob = self.pointer if self.large else self.content
        return hashlib.sha1(b"blob %d\0" % len(blob) + blob, usedforsecurity=False).hexdigest()

    @property
    def etag(self) -> str:
        return self.sha256 if self.large else self.oid


@dataclass(frozen=True)
class Commit:
    """One commit; `date` is ISO 8601 in UTC."""

    sha: str
    title: str
    date: str
    files: Mapping[str, StoredFile]

    def file(self, path: str) -> StoredFile:
        """The file at `path`; raises the hub's EntryNotFound."""
        try:
            return self.files[path]
        except KeyError:
            raise entry_not_found(path, self.sha) from None


@dataclass(frozen=True)
class Repository:
    """A model repository; `commits` run from oldest to newest.

    `branches` map a name to a commit hash; `pins` are revisions served as aliases of the newest
    commit. `accepted_tokens` open it when it is gated or private.
    """

    name: str
    licence: str | list[str]
    commits: tuple[Commit, ...]
    branches: Mapping[str, str]
    pins: frozenset[str] = frozenset()
    gated: Gating = False
    private: bool = False
    accepted_tokens: frozenset[str] = frozenset()
    pipeline_tag: str | None = None
    library: str | None = None
    card_tags: tuple[str, ...] = ()
    licence_name: str | None = None

    def commit(self, revision: str) -> Commit:
        """The commit that a branch, hash or pin names; raises the hub's RevisionNotFound."""
        sha = self.branches.get(revision, revision)
        for commit in self.commits:
            if commit.sha == sha:
                return commit
        if revision in self.pins:
            newest = self.commit("main")
            return replace(newest, sha=revision) if COMMIT_HASH.fullmatch(revision) else newest
        raise revision_not_found(self.name, revision)


def build_commit(
    title: str,
    date: str,
    contents: Mapping[str, bytes],
    *,
    sha: str | None = None,
) -> Commit:
    """A commit of `contents` (path to bytes); its hash is computed from them unless given."""
    patterns = _large_file_patterns(contents.get(".gitattributes"))
    files = {
        path: StoredFile(contents[path], large=_is_large(path, len(contents[path]), patterns))
        for path in sorted(contents)
    }
    if sha is None:
        listing = "".join(f"{path}\0{file.oid}\n" for path, file in files.items())
        identity = f"{title}\n{date}\n{listing}".encode()
        sha = hashlib.sha1(identity, usedforsecurity=False).hexdigest()
    return Commit(sha, title, date, files)


def _large_file_patterns(gitattributes: bytes | None) -> tuple[str, ...]:
    if gitattributes is None:
        return _DEFAULT_LARGE_FILES
    lines = (line.split() for line in gitattributes.decode().splitlines())
    return tuple(words[0] for words in lines if "filter=lfs" in words)


def _is_large(path: str, size: int, patterns: tuple[str, ...]) -> bool:
    name = PurePosixPath(path).name
    matched = any(fnmatchcase(path if "/" in pattern else name, pattern) for pattern in patterns)
    return matched or size > _LARGE_FILE_BYTES
