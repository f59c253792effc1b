"""What can go wrong while packing."""

from __future__ import annotations


class PackError(RuntimeError):
    """A release cannot be packed; the message says what was wrong and what to do."""
