"""Finds repositories by name, whatever the letter case, and gives them the catalogue's pins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from local_cloud.hub.errors import repository_not_found
from local_cloud.hub.repository import Repository
from local_cloud.hub.repository_folder import RepositoryFolder

Builder = Callable[[], Repository]


class RepositoryStore:
    """Built-in repositories, made at first use, and those of a folder, which win.

    `builders` maps canonical names to functions, `pins` lower-case names to pinned revisions.
    """

    def __init__(
        self,
        builders: Mapping[str, Builder],
        folder: RepositoryFolder,
        pins: Mapping[str, frozenset[str]],
    ) -> None:
        self._builders = builders
        self._folder = folder
        self._pins = pins
        self._built: dict[str, Repository] = {}
        self._lock = threading.Lock()

    def find(self, name: str) -> Repository:
        """The repository of that name; its `.name` has the canonical spelling.

        Raises the hub's RepoNotFound; ValueError when a registered folder is malformed.
        """
        pins = self._pins.get(name.lower(), frozenset())
        with self._lock:
            for registered in self._folder.names():
                if registered.lower() == name.lower():
                    return replace(self._folder.load(registered), pins=pins)
            for canonical, build in self._builders.items():
                if canonical.lower() == name.lower():
                    if canonical not in self._built:
                        self._built[canonical] = build()
                    return replace(self._built[canonical], pins=pins)
        raise repository_not_found(name)

    def known_tokens(self) -> frozenset[str]:
        """Tokens that registered repositories accept."""
        with self._lock:
            tokens = [self._folder.load(name).accepted_tokens for name in self._folder.names()]
        return frozenset().union(*tokens)
