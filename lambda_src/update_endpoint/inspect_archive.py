"""Whether an upload is a gzip tar with `code/inference.py` that SageMaker extracts as we read it.

Our packer writes `code/` first, so that one small range is enough. An archive packed by hand may
hold it last: it is then unpacked as a stream, in bounded memory, up to a budget.
"""

from __future__ import annotations

from typing import IO

from update_endpoint.errors import ArchiveRefused
from update_endpoint.gunzip import Gunzip
from update_endpoint.tar_stream import FILE, FOLDER, Member, members, shown

SCRIPT = "code/inference.py"
ALWAYS_BYTES = 16 << 20
"""Unpacked; looked at even behind the script. Links in the place of weights lie within."""
MAX_PATH_CHARACTERS = 512
MAX_FOLDERS = 16
MAX_NAME_BYTES = 255


def inspect(packed: IO[bytes], max_unpacked_bytes: int) -> None:
    """Returns when the archive holds a usable `code/inference.py`.

    The first 16 MiB are always looked at, the rest only until the script is found.

    Parameters:
        packed: the archive, read front to back.

    Errors: `ArchiveRefused` with the reason; whatever `packed` raises.
    """
    stream, contents = Gunzip(packed, max_unpacked_bytes), _Contents()
    for member in members(stream):
        if SCRIPT in contents.files and stream.position + member.size > ALWAYS_BYTES:
            contents.add(member)
            return
        contents.add(member)
    contents.require_script()


class _Contents:
    """What the archive makes in the model's folder."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self._folders: set[str] = set()
        self._misplaced = ""

    def add(self, member: Member) -> None:
        """Errors: `ArchiveRefused` for a link, an unsafe path, or one that another entry has."""
        path = _path(member)
        if member.kind not in {FILE, FOLDER}:
            raise ArchiveRefused(
                f"{shown(path)} is a {member.kind} to {shown(member.target)}, which SageMaker does "
                "not extract: pack with `tar --dereference --hard-dereference`, which puts files "
                "in the place of links"
            )
        if path == SCRIPT and member.kind == FILE and not member.size:
            raise ArchiveRefused(f"{SCRIPT} is empty")
        parents = [path[:end] for end, letter in enumerate(path) if letter == "/"]
        if member.kind == FOLDER:
            parents += [path] if path else []
        elif path in self.files or path in self._folders:
            raise ArchiveRefused(f"{shown(path)} is in the archive twice")
        else:
            self.files.add(path)
        if blocked := self.files.intersection(parents):
            raise ArchiveRefused(f"{shown(blocked.pop())} is both a file and a folder")
        self._folders.update(parents)
        if member.kind == FILE and path.endswith("/" + SCRIPT):
            self._misplaced = path

    def require_script(self) -> None:
        """Errors: `ArchiveRefused` when the whole archive has been seen without the script."""
        if not self.files:
            raise ArchiveRefused("the archive holds no files")
        if SCRIPT not in self.files:
            found = shown(self._misplaced)
            hint = f"; found {found}: pack from inside that folder" if found else ""
            raise ArchiveRefused(f"the archive lacks {SCRIPT}{hint}")


def _path(member: Member) -> str:
    """The path below the model's folder, without `./` in front; "" for that folder itself."""
    name = member.name
    if len(name) > MAX_PATH_CHARACTERS or name.count("/") > MAX_FOLDERS:
        raise ArchiveRefused(
            f"the path {shown(name)} has more than {MAX_PATH_CHARACTERS} characters or "
            f"{MAX_FOLDERS} folders"
        )
    if not name.isprintable():
        raise ArchiveRefused(f"the path {shown(name)} has characters that do not print: rename it")
    path = name.removesuffix("/") if member.kind == FOLDER else name
    while path.startswith("./"):
        path = path[2:]
    if path == "." and member.kind == FOLDER:
        return ""
    if any(
        part in {"", ".", ".."} or len(part.encode()) > MAX_NAME_BYTES for part in path.split("/")
    ):
        raise ArchiveRefused(
            f"the path {shown(name)} is not one of a file in the model's folder: use plain names, "
            f"without '..' and of at most {MAX_NAME_BYTES} bytes"
        )
    return path
