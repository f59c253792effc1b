"""Names that a user gave, checked against those that there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from vis_assis.errors import CommandError


def known(what: str, name: str, names: Iterable[str]) -> str:
    """Returns the name.

    Args:
        what: is named, such as `model type`.

    Raises:
        CommandError: naming those there are, and the nearest.
    """
    there = list(names)
    if name in there:
        return name
    near = "".join(f" Did you mean {found}?" for found in get_close_matches(name, there, 1))
    raise CommandError(
        f"there is no {what} {name!r}; there are: {', '.join(there) or 'none'}.{near}"
    )
