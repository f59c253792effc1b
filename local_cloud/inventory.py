"""Every resource that a stack can leave behind, whatever created it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ministack.core.responses import request_scope

from local_cloud.services import amplify
from local_cloud.settings import ACCOUNT_ID, REGION

Lister = Callable[[], Iterable[str]]
_LISTERS: dict[str, Lister] = {"amplify app": amplify.apps}


def list_resources() -> dict[str, list[str]]:
    """Names or ARNs of all resources by kind; a kind without any is left out."""
    with request_scope(ACCOUNT_ID, REGION):
        found = {kind: sorted(lister()) for kind, lister in _LISTERS.items()}
    return {kind: names for kind, names in found.items() if names}
