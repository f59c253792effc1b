"""Links to the storage origin that carry their own permission and expire, as a CDN's do."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from urllib.parse import quote, urlencode

from local_cloud.hub.errors import HubError

_LIFETIME_SECONDS = 3600


class LinkSigner:
    """Signs and checks links; its key lives as long as the process."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._key = secrets.token_bytes(32)
        self._clock = clock

    def sign(self, path: str) -> str:
        """`path` quoted, with the query that opens it for an hour."""
        expires = str(int(self._clock()) + _LIFETIME_SECONDS)
        query = urlencode({"Expires": expires, "Signature": self._signature(path, expires)})
        return f"{quote(path)}?{query}"

    def check(self, path: str, query: dict[str, list[str]]) -> None:
        """Raise a 403 HubError when the link was altered or has expired."""
        expires = query.get("Expires", [""])[0]
        signature = query.get("Signature", [""])[0]
        if not hmac.compare_digest(signature.encode(), self._signature(path, expires).encode()):
            raise HubError(403, "", "The link's signature does not match")
        if int(expires) < self._clock():
            raise HubError(403, "", "The link has expired: resolve the file again")

    def _signature(self, path: str, expires: str) -> str:
        return hmac.new(self._key, f"{path}\n{expires}".encode(), hashlib.sha256).hexdigest()
