"""Who may read what.

The tokens are fixed and only good here: one whose user accepted every gate's terms, one whose user
accepted none. A repository's own `accepted_tokens` are known users, too.
"""

from __future__ import annotations

from local_cloud.hub.errors import (
    invalid_credentials,
    login_required,
    repository_not_found,
    terms_not_accepted,
)
from local_cloud.hub.repository import Repository

ACCEPTED = "hf_local_terms_accepted"
NOT_ACCEPTED = "hf_local_terms_not_accepted"


def check_identity(token: str | None, known: frozenset[str]) -> None:
    """Refuse a token that nobody was given; no token is an anonymous user."""
    if token is not None and token not in known | {ACCEPTED, NOT_ACCEPTED}:
        raise invalid_credentials()


def check_visible(repository: Repository, token: str | None) -> None:
    """A private repository looks missing to those who may not read it, as on the real hub."""
    if repository.private and not _accepts(repository, token):
        raise repository_not_found(repository.name)


def check_content(repository: Repository, token: str | None) -> None:
    """Refuse the files of a gated repository; its metadata stay public."""
    if repository.gated and not _accepts(repository, token):
        raise (
            login_required(repository.name)
            if token is None
            else terms_not_accepted(repository.name)
        )


def _accepts(repository: Repository, token: str | None) -> bool:
    return token is not None and (token == ACCEPTED or token in repository.accepted_tokens)
