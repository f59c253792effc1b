"""The limits of CustomerMetadataProperties.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from moto.sagemaker.exceptions import ValidationError

ENTRIES, KEY, VALUE = 50, 128, 256
PATTERN = r"^([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)$"
_CATEGORIES = ("L", "Z", "N")
_MARKS = frozenset("_.:/=+-@")


def check_metadata(metadata: Mapping[str, str]) -> None:
    """Raises ValidationError, as AWS words it, when the entries exceed a limit."""
    if len(metadata) > ENTRIES:
        _refuse(metadata, f"Member must have length less than or equal to {ENTRIES}")
    for what, texts, longest in (("keys", metadata, KEY), ("value", metadata.values(), VALUE)):
        for text in texts:
            if not 1 <= len(text) <= longest or not _is_plain(text):
                _refuse(
                    metadata,
                    f"Map {what} must satisfy constraint: [Member must have length less than or "
                    f"equal to {longest}, Member must have length greater than or equal to 1, "
                    f"Member must satisfy regular expression pattern: {PATTERN}]",
                )


def _is_plain(text: str) -> bool:
    return all(sign in _MARKS or unicodedata.category(sign)[0] in _CATEGORIES for sign in text)


def _refuse(metadata: Mapping[str, str], constraint: str) -> None:
    raise ValidationError(
        f"1 validation error detected: Value '{dict(metadata)}' at 'customerMetadataProperties' "
        f"failed to satisfy constraint: {constraint}"
    )
