"""The Range header (RFC 9110, section 14), for one range."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class UnsatisfiableRange(Exception):  # noqa: N818 - the name the RFC uses
    """No byte of the content lies in the range."""


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte (inclusive) that a Range header asks of `size` bytes.

    None means the whole content: no header, several ranges or a malformed one (which the RFC
    tells servers to ignore). Raises UnsatisfiableRange when nothing of the content is asked for.
    """
    match = _ONE_RANGE.fullmatch((header or "").strip())
    if match is None or match.groups() == ("", ""):
        return None
    first_text, last_text = match.groups()
    if first_text == "":
        suffix = int(last_text)
        first, last = max(size - suffix, 0), size - 1
    else:
        first = int(first_text)
        last = min(int(last_text), size - 1) if last_text else size - 1
        if last_text and int(last_text) < first:
            return None
    if first >= size or last < first:
        raise UnsatisfiableRange(f"bytes */{size}")
    return first, last
