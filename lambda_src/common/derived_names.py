"""Names derived from content: the same inputs always find the same model and endpoint config."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any


def derived(prefix: str, body: Mapping[str, Any]) -> str:
    """The prefix, a hyphen and 130 bits of SHA-256 in base32, for the body of a create request."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    digest = base64.b32encode(hashlib.sha256(canonical).digest()).decode().lower()
    return f"{prefix}-{digest[:26]}"


def is_derived(prefix: str, name: str) -> bool:
    """Whether `derived` made a name with this very prefix: another one may begin alike."""
    return re.fullmatch(re.escape(prefix) + "-[a-z2-7]{26}", name) is not None
