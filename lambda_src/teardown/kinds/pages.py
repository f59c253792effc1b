"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def items(client: Any, operation: str, field: str, **arguments: Any) -> Iterator[Any]:
    """Every entry below `field` of every page of a list operation."""
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(field, ())
