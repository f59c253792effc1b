"""Which file names a zip may hold: those that every file system and terminal takes alike."""

import re
from collections.abc import Collection

from .errors import StepError

MAX_FILES = 1000
# Windows takes 260 for the whole path, the folder that a zip is unpacked to included.
MAX_CHARACTERS = 200
_PART = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._+-]*[A-Za-z0-9_+-])?")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_SHOWN_CHARACTERS = 80


def check(names: Collection[str]) -> None:
    """Refuse names that some system cannot store, or stores as another file of the zip.

    Raises:
        StepError: shows the name, whatever it holds, and says what to do.
    """
    if len(names) > MAX_FILES:
        raise StepError(
            f"{len(names)} files are more than a zip may hold ({MAX_FILES}): narrow `files` in "
            "models.yaml."
        )
    seen: dict[str, str] = {}
    for name in names:
        parts = name.split("/")
        if (
            len(name) > MAX_CHARACTERS
            or not all(map(_PART.fullmatch, parts))
            or any(map(_DEVICE.fullmatch, parts))
        ):
            raise StepError(
                f"{shown(name)} is no safe name for a file in a zip (up to {MAX_CHARACTERS} "
                "letters, digits and . _ + -, no device of Windows such as con.json): rename it in "
                "the repository, or narrow `files` in models.yaml."
            )
        if (other := seen.setdefault(name.lower(), name)) != name:
            raise _collision(name, other)
    for name in names:
        for end in (at for at, letter in enumerate(name) if letter == "/"):
            if (folder := name[:end].lower()) in seen:
                raise _collision(name, seen[folder])


def shown(name: str) -> str:
    """A name safe to print: in ASCII, all else escaped, and of bounded length."""
    more = "…" if len(name) > _SHOWN_CHARACTERS else ""
    return name[:_SHOWN_CHARACTERS].encode("unicode_escape").decode() + more


def _collision(name: str, other: str) -> StepError:
    return StepError(
        f"{shown(other)} and {shown(name)} are one path where case does not count: rename one in "
        "the repository, or narrow `files` in models.yaml."
    )
