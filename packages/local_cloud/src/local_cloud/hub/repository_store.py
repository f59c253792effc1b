"""Finds repositories by name, whatever the letter case, and gives them their pinned revisions."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from local_cloud.hub.errors import repository_not_found
from local_cloud.hub.repository import Repository
from local_cloud.hub.repository_folder import RepositoryFolder

Pins = Mapping[str, Iterable[str]]
"""Revisions by repository name."""


class RepositoryStore:
    """The repositories of several folders; of two with the same name, the first folder's counts.

    A commit hash is a hash of the real weights, which small stand-ins cannot reproduce. Pinned
    revisions are therefore aliases of the newest content, so that the same revisions resolve here
    and on the real hub. All other unknown revisions stay unknown.
    """

    def __init__(self, folders: Sequence[RepositoryFolder], pins: Pins) -> None:
        self._folders = folders
        self._pins = {name.lower(): frozenset(revisions) for name, revisions in pins.items()}
        self._lock = threading.Lock()

    def find(self, name: str) -> Repository:
        """The repository of that name; its `.name` has the canonical spelling.

        Raises:
            HubError: RepoNotFound.
            ValueError: when the repository's folder is malformed.
        """
        pins = self._pins.get(name.lower(), frozenset())
        with self._lock:
            for folder in self._folders:
                for known in folder.names():
                    if known.lower() == name.lower():
                        return replace(folder.load(known), pins=pins)
        raise repository_not_found(name)

    def known_tokens(self) -> frozenset[str]:
        """Tokens that some repository accepts."""
        with self._lock:
            tokens = [
                folder.load(name).accepted_tokens
                for folder in self._folders
                for name in folder.names()
            ]
        return frozenset().union(*tokens)
