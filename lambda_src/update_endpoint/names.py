"""Names derived from content: the same inputs always find the same model and endpoint config."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from update_endpoint.settings import RELEASES

_RELEASE_KEY = re.compile(re.escape(RELEASES) + r"([0-9a-f]{16}-\d+)/model\.tar\.gz")


def release_id(crc64nvme: str, size: int) -> str:
    """Id of an archive: S3's full-object CRC64NVME (16 hex digits) and its size in bytes.

    The checksum is the server's, so identical bytes have one id however they were uploaded. It
    protects against accidents, not against somebody who may write to the bucket anyway.
    """
    return f"{crc64nvme}-{size}"


def checksum_hex(encoded: str) -> str:
    """Hex digits of a checksum as S3 answers it (base64)."""
    return base64.b64decode(encoded, validate=True).hex()


def release_key(release: str) -> str:
    """Key of a release's archive in the upload bucket."""
    return f"{RELEASES}{release}/model.tar.gz"


def release_of_key(key: str) -> str:
    """Release id in a key or S3 URI, "" when it is none of ours."""
    found = _RELEASE_KEY.search(key)
    return found.group(1) if found and key.endswith(found.group(0)) else ""


def derived(prefix: str, body: Mapping[str, Any]) -> str:
    """`{prefix}-{16 hex digits}` for the body of a create request."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return f"{prefix}-{hashlib.sha256(canonical).hexdigest()[:16]}"


def is_derived(prefix: str, name: str) -> bool:
    """Whether a name was made by `derived` with this very prefix."""
    return re.fullmatch(re.escape(prefix) + "-[0-9a-f]{16}", name) is not None
