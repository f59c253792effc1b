"""Whether an upload is a gzip tar that an instance can start from.

Our packer writes `code/` first, so that one small range is enough. An archive packed by hand may
hold it last: it is then unpacked as a stream, in bounded memory, up to a budget.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, cast

from update_endpoint.errors import ArchiveRefused
from update_endpoint.unpacked import Unpacked

SCRIPT = "code/inference.py"
ALWAYS_BYTES = 16 << 20
"""Unpacked; looked at even behind the code. Links in the place of weights lie within."""
MAX_MEMBERS = 10_000
MAX_PATH_CHARACTERS = 512
MAX_FOLDERS = 16
MAX_NAME_BYTES = 255
_SHOWN_CHARACTERS = 100
_KINDS = {tarfile.SYMTYPE: "a symbolic link", tarfile.LNKTYPE: "a hard link"}
_DAMAGE = (
    *(tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError),
    *(ValueError, OverflowError, RecursionError),
)
"""What tarfile and gzip raise for what is no archive, or a damaged one."""


def inspect(packed: io.RawIOBase | IO[bytes], max_unpacked_bytes: int, program: str = "") -> None:
    """Returns when the archive holds a usable `code/inference.py` and the program that serves it.

    The first 16 MiB are always looked at, the rest only until both are found.

    Args:
        packed: the archive, read front to back.
        max_unpacked_bytes: budget, which ends decompression bombs.
        program: module that the container starts in place of the script, "" when there is none.

    Raises:
        ArchiveRefused: with the reason.
        Exception: whatever reading `packed` raises.
    """
    stream, contents = Unpacked(packed, max_unpacked_bytes), _Contents(program)
    for member in _members(stream):
        is_enough = not contents.lacking() and stream.position + member.size > ALWAYS_BYTES
        contents.add(member)
        if is_enough:
            return
    contents.require_all()


def shown(name: str) -> str:
    """A name from an archive, safe to print and of bounded length."""
    safe = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "replace").decode()
        for letter in name[:_SHOWN_CHARACTERS]
    )
    return safe + "…" * (len(name) > _SHOWN_CHARACTERS)


def _members(stream: Unpacked) -> Iterator[tarfile.TarInfo]:
    """The archive's entries in order.

    Raises:
        ArchiveRefused: when it is damaged or no tar.
    """
    try:
        archive = tarfile.TarFile(
            fileobj=cast(Any, stream), encoding="utf-8", errors="strict", errorlevel=2
        )
        for count, member in enumerate(archive, 1):
            if count > MAX_MEMBERS:
                raise ArchiveRefused(f"the archive holds more than {MAX_MEMBERS} entries")
            if member.size < 0:
                raise ArchiveRefused(_no_tar("an entry of negative size", stream))
            yield member
        # tarfile takes a damaged header for the end.
        if not stream.is_at_end_of_tar():
            raise ArchiveRefused(_no_tar("it is cut off or damaged", stream))
        stream.read_to_end()
    except UnicodeDecodeError as exc:
        raise ArchiveRefused(f"the name {exc.object!r:.100} is not UTF-8: rename it") from exc
    except _DAMAGE as exc:
        raise ArchiveRefused(_no_tar(str(exc) or type(exc).__name__, stream)) from exc


class _Contents:
    """What the archive makes in the model's folder."""

    def __init__(self, program: str) -> None:
        module = program.removesuffix(".py")
        self._needed: dict[str, tuple[str, ...]] = {SCRIPT: (SCRIPT,)}
        if program:
            self._needed[f"code/{module}"] = (f"code/{module}.py", f"code/{module}/__init__.py")
        self.files: set[str] = set()
        self._folders: set[str] = set()
        self._misplaced = ""

    def add(self, member: tarfile.TarInfo) -> None:
        """Notes an entry.

        Raises:
            ArchiveRefused: for a link, an unsafe path, or one that another entry has.
        """
        path = _path(member)
        if member.sparse is not None:
            raise ArchiveRefused(f"{shown(path)} is a sparse file: pack without --sparse")
        if member.type in _KINDS:
            raise ArchiveRefused(
                f"{shown(path)} is {_KINDS[member.type]} to {shown(member.linkname)}, which "
                "SageMaker does not extract: pack with `tar --dereference --hard-dereference`, "
                "which puts files in the place of links"
            )
        if not member.isreg() and not member.isdir():
            raise ArchiveRefused(f"{shown(path)} is neither a file nor a folder")
        if path == SCRIPT and member.isreg() and not member.size:
            raise ArchiveRefused(f"{SCRIPT} is empty")
        parents = [path[:end] for end, letter in enumerate(path) if letter == "/"]
        if member.isdir():
            parents += [path] if path else []
        elif path in self.files or path in self._folders:
            raise ArchiveRefused(f"{shown(path)} is in the archive twice")
        else:
            self.files.add(path)
        if blocked := self.files.intersection(parents):
            raise ArchiveRefused(f"{shown(blocked.pop())} is both a file and a folder")
        self._folders.update(parents)
        if member.isreg() and path.endswith("/" + SCRIPT):
            self._misplaced = path

    def lacking(self) -> list[str]:
        """What an instance needs and has not been seen yet."""
        return [name for name, paths in self._needed.items() if self.files.isdisjoint(paths)]

    def require_all(self) -> None:
        """Judges the whole archive.

        Raises:
            ArchiveRefused: when it lacks something.
        """
        if not self.files:
            raise ArchiveRefused("the archive holds no files")
        for name in self.lacking():
            remedy = ": add the package of that name, as the packer does, or a module of your own"
            if name == SCRIPT:
                found = shown(self._misplaced)
                remedy = f"; found {found}: pack from inside that folder" if found else ""
            raise ArchiveRefused(f"the archive lacks {name}{remedy}")


def _path(member: tarfile.TarInfo) -> str:
    """The path below the model's folder, without `./` in front; "" for that folder itself."""
    name = member.name
    if len(name) > MAX_PATH_CHARACTERS or name.count("/") > MAX_FOLDERS:
        raise ArchiveRefused(
            f"the path {shown(name)} has more than {MAX_PATH_CHARACTERS} characters or "
            f"{MAX_FOLDERS} folders"
        )
    if not name.isprintable():
        raise ArchiveRefused(f"the path {shown(name)} has characters that do not print: rename it")
    path = name.removesuffix("/") if member.isdir() else name
    while path.startswith("./"):
        path = path[2:]
    if path == "." and member.isdir():
        return ""
    if any(
        part in {"", ".", ".."} or len(part.encode()) > MAX_NAME_BYTES for part in path.split("/")
    ):
        raise ArchiveRefused(
            f"the path {shown(name)} is not one of a file in the model's folder: use plain names, "
            f"without '..' and of at most {MAX_NAME_BYTES} bytes"
        )
    return path


def _no_tar(reason: str, stream: Unpacked) -> str:
    kind = "tar archive inside the gzip" if stream.position else "complete gzip file"
    return f"not a {kind} ({reason}): upload a .tar.gz made by the packer or `tar -czf`"
