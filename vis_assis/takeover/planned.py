"""The planned attributes of a resource that would be created."""

from __future__ import annotations

from typing import Any


class NotKnownYetError(LookupError):
    """The attribute comes from a resource that is new as well."""


class Planned(dict[str, Any]):
    """Attributes by name; a plan leaves out those that it does not know yet.

    Raises:
        NotKnownYetError: for one that the plan does not know.
    """

    def __missing__(self, name: str) -> Any:
        raise NotKnownYetError(name)
