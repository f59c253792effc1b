"""Reads one repository of the Hugging Face hub at one revision."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from httpx2 import HTTPError
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, RevisionResolutionError
from huggingface_hub.hf_api import ModelInfo, RepoFile

from .digests import sha256
from .errors import StepError
from .hub_errors import explain
from .licences import plain_name

T = TypeVar("T")
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 1.0
MAX_LISTED = 50_000
TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class RemoteFile:
    """A file of the repository; `sha256` is known for large (LFS) files only."""

    path: str
    bytes: int
    sha256: str | None


@dataclass(frozen=True)
class Snapshot:
    """What the hub says of a repository at a commit; `licences` are those that its card states."""

    commit: str
    licences: tuple[str, ...]


class Hub:
    """One repository; every failure becomes a StepError that says what to do.

    Args:
        api: client of the hub (its endpoint comes from HF_ENDPOINT).
        repository: owner/name.
        token: read token, or None for anonymous access.
        sleep: waits that many seconds between attempts.
    """

    def __init__(
        self,
        api: HfApi,
        repository: str,
        token: str | None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api = api
        self._repository = repository
        self._token: str | bool = token or False  # False: never a token that lies about
        self._sleep = sleep

    def resolve(self, revision: str) -> Snapshot:
        """Find the commit behind `revision` and the licences stated there."""
        info = self._call(
            revision,
            lambda: self._api.model_info(self._repository, revision=revision, token=self._token),
        )
        if not info.sha or not re.fullmatch("[0-9a-f]{40}", info.sha):
            raise StepError(f"{self._repository}: the hub names no commit for {revision}")
        return Snapshot(info.sha, _licences(info))

    def files(self, commit: str) -> dict[str, RemoteFile]:
        """Every file at `commit` by its path."""
        entries = self._call(
            commit,
            lambda: list(
                islice(
                    self._api.list_repo_tree(
                        self._repository, recursive=True, revision=commit, token=self._token
                    ),
                    MAX_LISTED + 1,
                )
            ),
        )
        if len(entries) > MAX_LISTED:
            raise StepError(
                f"{self._repository}@{commit} lists more than {MAX_LISTED} files and folders: "
                "choose a repository that holds one model."
            )
        return {
            entry.path: RemoteFile(entry.path, entry.size, entry.lfs.sha256 if entry.lfs else None)
            for entry in entries
            if isinstance(entry, RepoFile)
        }

    def download(self, file: RemoteFile, commit: str, folder: Path) -> Path:
        """Fetch `file` into `folder` and return where it is; the content is verified."""
        path = Path(
            self._call(
                commit,
                lambda: self._api.hf_hub_download(
                    self._repository,
                    file.path,
                    revision=commit,
                    local_dir=folder,
                    token=self._token,
                ),
            )
        )
        actual = path.stat().st_size
        if actual != file.bytes or (file.sha256 and sha256(path) != file.sha256):
            raise StepError(
                f"{file.path} of {self._repository}@{commit} arrived damaged ({actual} of "
                f"{file.bytes} bytes, or another sha256): run the pipeline again"
            )
        return path

    def _call(self, revision: str, read: Callable[[], T]) -> T:
        pause = FIRST_PAUSE_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return read()
            except (HTTPError, OSError, RevisionResolutionError) as exc:
                if attempt == ATTEMPTS or not _is_transient(exc):
                    raise StepError(
                        explain(
                            exc,
                            repository=self._repository,
                            revision=revision,
                            endpoint=self._api.endpoint,
                            with_token=bool(self._token),
                        )
                    ) from exc
            self._sleep(pause)
            pause *= 2
        raise AssertionError("unreachable: the last attempt returns or raises")


def _is_transient(exc: Exception) -> bool:
    if isinstance(exc, HfHubHTTPError):
        return exc.response.status_code in TRANSIENT_STATUSES
    return True


def _licences(info: ModelInfo) -> tuple[str, ...]:
    """The card's licences; the tag `license:x` repeats them where the card is not given.

    `license_name` says which one "other" is: https://huggingface.co/docs/hub/repositories-licenses
    """
    card: Any = info.card_data or {}
    stated = card.get("license")
    prefix = "license:"
    names = stated if isinstance(stated, list) else [stated] if stated else []
    names = names or [tag.removeprefix(prefix) for tag in info.tags or [] if tag.startswith(prefix)]
    other = card.get("license_name") or "other"
    named = (plain_name(str(other if name == "other" else name)) for name in names)
    return tuple(dict.fromkeys(name for name in named if name and name != "unknown"))
