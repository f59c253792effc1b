"""Small model archives, good and bad."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping

SCRIPT = "code/inference.py"


def archive(files: Mapping[str, bytes]) -> bytes:
    """A gzip tar with these files in this order; the same bytes for the same files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


def good(label: str) -> bytes:
    """An archive whose script answers with its label."""
    return archive({SCRIPT: f"ANSWER = {label!r}".encode(), "model.bin": b"weights"})


def failing(label: str) -> bytes:
    """An archive that passes inspection and whose model_fn raises."""
    return archive({SCRIPT: f"raise RuntimeError({label!r})".encode(), "model.bin": b"weights"})


def mute(label: str) -> bytes:
    """An archive that starts and answers every question with an error."""
    return archive({SCRIPT: f"MUTE = {label!r}".encode(), "model.bin": b"weights"})


def bad(label: str) -> bytes:
    """An archive without a script."""
    return archive({"model.bin": label.encode()})


def load_script(content: bytes) -> bytes:
    """The script in an archive, as an instance extracts it."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
        script = tar.extractfile(SCRIPT)
        assert script is not None
        return script.read()


def tar_header(
    name: bytes,
    size: int | bytes = 0,
    kind: bytes = b"0",
    *,
    target: bytes = b"",
    prefix: bytes = b"",
    magic: bytes = b"ustar\x0000",
) -> bytes:
    """A header block with a right checksum, whatever its fields say.

    Parameters:
        size: a number, or the twelve bytes of the field.
    """
    field = size if isinstance(size, bytes) else b"%011o\0" % size
    block = bytearray(name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2)
    block += field.ljust(12, b"\0") + b"00000000000\0" + b" " * 8 + kind
    block += target.ljust(100, b"\0") + magic + bytes(80) + prefix.ljust(155, b"\0") + bytes(12)
    return with_checksum(bytes(block))


def with_checksum(block: bytes) -> bytes:
    """The header block with its checksum made right."""
    blank = block[:148] + b" " * 8 + block[156:]
    return block[:148] + b"%06o\0 " % sum(blank) + block[156:]


def tar_entry(name: bytes, content: bytes = b"", kind: bytes = b"0", **fields: bytes) -> bytes:
    """Header and content, padded to whole blocks."""
    padding = bytes(-len(content) % 512)
    return tar_header(name, len(content), kind, **fields) + content + padding


def pax_record(key: bytes, value: bytes) -> bytes:
    """One record of a pax header, which begins with its own length."""
    rest = b" " + key + b"=" + value + b"\n"
    length = len(rest)
    while length != len(str(length)) + len(rest):
        length = len(str(length)) + len(rest)
    return str(length).encode() + rest


def pax(records: Mapping[bytes, bytes], kind: bytes = b"x") -> bytes:
    """A pax header for the entry that follows it."""
    content = b"".join(pax_record(key, value) for key, value in records.items())
    return tar_entry(b"pax", content, kind)
