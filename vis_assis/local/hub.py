"""What the local Hugging Face hub serves: small stand-ins for the catalogue's models."""

from __future__ import annotations

from pathlib import Path

import catalogue

REPOSITORIES = Path(__file__).with_name("hub_repositories")


def pins() -> dict[str, list[str]]:
    """The catalogue's revisions by repository, each of which stands for the newest content.

    A commit of the real hub is a hash of the real weights, which the stand-ins do not have.
    """
    found: dict[str, list[str]] = {}
    for model in catalogue.load().models.values():
        found.setdefault(model.repository, []).append(model.revision)
    return found
