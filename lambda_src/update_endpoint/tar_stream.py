"""Reads the headers of a tar stream and takes only what every reader understands alike.

Python's tarfile is too willing for uploads: it keeps a header of any size in memory, follows
chained headers recursively and loops over a size that no archive has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from update_endpoint.errors import ArchiveRefused
from update_endpoint.gunzip import Gunzip

BLOCK = 512
MAX_MEMBERS = 10_000
# Names and attributes; Go's archive/tar stops at the same size.
MAX_EXTENSION_BYTES = 1 << 20
FILE, FOLDER, SYMLINK, HARD_LINK = "file", "folder", "symbolic link", "hard link"
_KINDS = {b"0": FILE, b"\0": FILE, b"5": FOLDER, b"2": SYMLINK, b"1": HARD_LINK}
_ODD_KINDS = {
    b"3": "a device",
    b"4": "a device",
    b"6": "a FIFO",
    b"S": "a sparse file: pack without --sparse",
}
_PAX, _GLOBAL_PAX, _LONG_NAME, _LONG_LINK = b"x", b"g", b"L", b"K"
_EXTENSIONS = frozenset({_PAX, _GLOBAL_PAX, _LONG_NAME, _LONG_LINK})
_PAX_LENGTH = re.compile(rb"[1-9]\d{0,6} ")
_PAX_KEY = re.compile(rb"[^\x00-\x1f\x7f]+")
_PAX_USED = frozenset({b"path", b"linkpath", b"size"})
_PAX_SPARSE = (b"GNU.sparse.", b"SCHILY.realsize")
# Mode, user, group, time, major and minor device number.
_NUMBERS = [slice(100, 108), slice(108, 116), slice(116, 124), slice(136, 148)]
_NUMBERS += [slice(329, 337), slice(337, 345)]
_OCTAL = re.compile(rb" *([0-7]*)[ \0]*")
_SHOWN_CHARACTERS = 100


@dataclass(frozen=True)
class Member:
    """An entry of the archive.

    Parameters:
        kind: FILE, FOLDER, SYMLINK or HARD_LINK; everything else is refused.
        size: bytes of content that follow in the stream.
        target: where a link points to.
    """

    name: str
    kind: str
    size: int
    target: str


def members(stream: Gunzip) -> Iterator[Member]:
    """The entries in order; the stream stands behind the header of the one given last.

    Errors: `ArchiveRefused` for a damaged, unusual or ambiguous tar; whatever the stream raises.
    """
    count = 0
    while member := _next(stream):
        count += 1
        if count > MAX_MEMBERS:
            raise ArchiveRefused(f"the archive holds more than {MAX_MEMBERS} entries")
        yield member
        padding = -member.size % BLOCK
        if not stream.skip(member.size + padding):
            raise _no_tar(stream, f"{shown(member.name)} is cut off")


def shown(name: str | bytes) -> str:
    """A name from an archive, safe to print and of bounded length."""
    text = name.decode(errors="backslashreplace") if isinstance(name, bytes) else name
    safe = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text[:_SHOWN_CHARACTERS]
    )
    return safe + "…" * (len(text) > _SHOWN_CHARACTERS)


def _next(stream: Gunzip) -> Member | None:
    extensions: dict[bytes, bytes] = {}
    while True:
        header = stream.read(BLOCK)
        if header.count(0) == BLOCK:
            if extensions:
                raise _no_tar(stream, "it ends after the header of an entry that is missing")
            _check_end(stream)
            return None
        _check_header(stream, header)
        kind, size = header[156:157], _size(stream, header[124:136])
        if kind not in _EXTENSIONS:
            return _member(stream, header, size, extensions)
        if kind in extensions:
            raise _no_tar(stream, f"two headers of type {shown(kind)} for one entry")
        extensions[kind] = _extension(stream, size)


def _check_end(stream: Gunzip) -> None:
    """A tar ends with two blocks of zeros and, as padding, more of them."""
    if stream.read(BLOCK).count(0) != BLOCK:
        raise _no_tar(stream, "its end is damaged or missing")
    while rest := stream.read(64 * BLOCK):
        if rest.count(0) != len(rest):
            raise _no_tar(stream, "something follows its end: pack one archive, not several")


def _check_header(stream: Gunzip, header: bytes) -> None:
    if not header:
        raise _no_tar(stream, "its end is missing" if stream.position else "nothing is in it")
    if len(header) < BLOCK:
        raise _no_tar(stream, "it is cut off")
    checksum = sum(header) - sum(header[148:156]) + 8 * ord(" ")
    if header[257:262] != b"ustar" or _octal(header[148:156]) != checksum:
        raise _no_tar(stream, "no valid header")
    for field in _NUMBERS:
        # Not used here, but a reader that uses them must be able to.
        if header[field.start] not in {0x80, 0xFF} and _octal(header[field]) is None:
            raise _no_tar(stream, f"the number {shown(header[field])} in a header")


def _member(stream: Gunzip, header: bytes, size: int, extensions: dict[bytes, bytes]) -> Member:
    if _PAX in extensions and (_LONG_NAME in extensions or _LONG_LINK in extensions):
        raise _no_tar(stream, "pax and GNU headers for one entry")
    if _pax(stream, extensions.get(_GLOBAL_PAX, b"")):
        raise _no_tar(stream, "names or sizes for all entries in a global header")
    pax = _pax(stream, extensions.get(_PAX, b""))
    name, target = _text(header[:100]), _text(header[157:257])
    if header[257:263] == b"ustar\0" and (prefix := _text(header[345:500])):
        name = prefix + b"/" + name
    name = pax.get(b"path", extensions.get(_LONG_NAME, name).removesuffix(b"\0"))
    target = pax.get(b"linkpath", extensions.get(_LONG_LINK, target).removesuffix(b"\0"))
    if b"size" in pax:
        if not re.fullmatch(rb"\d{1,19}", pax[b"size"]):
            raise _no_tar(stream, f"the size {shown(pax[b'size'])}")
        size = int(pax[b"size"])
    kind = header[156:157]
    if kind not in _KINDS:
        raise ArchiveRefused(f"{shown(name)} is {_ODD_KINDS.get(kind, 'an entry of odd type')}")
    if size and _KINDS[kind] == FOLDER:
        raise _no_tar(stream, f"{shown(name)} is a folder with content")
    try:
        return Member(name.decode(), _KINDS[kind], size, target.decode())
    except UnicodeDecodeError as exc:
        raise ArchiveRefused(f"the name {shown(name)} is not UTF-8: rename it") from exc


def _extension(stream: Gunzip, size: int) -> bytes:
    if size > MAX_EXTENSION_BYTES:
        raise _no_tar(stream, f"a header of {size} bytes")
    content = stream.read(size)
    if len(content) < size or not stream.skip(-size % BLOCK):
        raise _no_tar(stream, "it is cut off")
    return content


def _pax(stream: Gunzip, content: bytes) -> dict[bytes, bytes]:
    """The records that say what an entry is; its times, owners and attributes are left out."""
    records: dict[bytes, bytes] = {}
    position = 0
    while position < len(content):
        length = _PAX_LENGTH.match(content, position)
        end = position + int(length.group()) if length else 0
        record = content[length.end() : end] if length else b""
        key, equals, value = record.partition(b"=")
        if (
            not equals
            or not _PAX_KEY.fullmatch(key)
            or not record.endswith(b"\n")
            or end > len(content)
        ):
            raise _no_tar(stream, "a damaged pax header")
        if key.startswith(_PAX_SPARSE):
            raise ArchiveRefused(f"the archive holds {_ODD_KINDS[b'S']}")
        if key in records:
            raise _no_tar(stream, f"{shown(key)} twice in a pax header")
        if key in _PAX_USED:
            records[key] = value[:-1]
        position = end
    return records


def _size(stream: Gunzip, field: bytes) -> int:
    """GNU tar writes sizes above 8 GiB as a binary number behind a set bit."""
    size = int.from_bytes(field[1:], "big") if field[0] == 0x80 else _octal(field)
    if size is None:
        raise _no_tar(stream, f"the size {shown(field)}")
    return size


def _octal(field: bytes) -> int | None:
    number = _OCTAL.fullmatch(field)
    return int(number[1] or b"0", 8) if number else None


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _no_tar(stream: Gunzip, reason: str) -> ArchiveRefused:
    return ArchiveRefused(
        f"not a tar archive inside the gzip ({reason}, byte {stream.position}): pack it with the "
        "packer or `tar -czf`"
    )
