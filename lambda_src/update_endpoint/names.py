"""Ids and keys of releases."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

from update_endpoint.settings import RELEASES

RELEASE_ID = r"[0-9a-f]{32}"
_RELEASE_KEY = re.compile(re.escape(RELEASES) + rf"({RELEASE_ID})/model\.tar\.gz")


def release_id(sha256: str) -> str:
    """Id of an archive: the first 128 bits, in hex, of the SHA-256 that S3 computed while copying.

    Parameters:
        sha256: as S3 answers it for an object in parts: base64 of a SHA-256 over the SHA-256s of
            all parts, a hyphen and their number. The parts are 256 MiB each, so identical bytes
            have one id however they were uploaded, and nobody can make two archives with one id.
    """
    return base64.b64decode(sha256.partition("-")[0], validate=True).hex()[:32]


def release_id_of_parts(digests: Iterable[bytes]) -> str:
    """The same id, from the SHA-256 of every 256 MiB of an archive at hand."""
    return hashlib.sha256(b"".join(digests)).hexdigest()[:32]


def is_of_object(release: str, sha256: str) -> bool:
    """Whether an id is that of an object with this checksum, which is "" when it has none."""
    return bool(sha256) and release == release_id(sha256)


def release_key(release: str) -> str:
    """Key of a release's archive in the upload bucket."""
    return f"{RELEASES}{release}/model.tar.gz"


def release_of_key(key: str) -> str:
    """Release id in a key or S3 URI, "" when there is none."""
    found = _RELEASE_KEY.search(key)
    return found.group(1) if found and key.endswith(found.group(0)) else ""
