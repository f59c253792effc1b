"""Uploads that must never replace a model, by kind, five of each."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable

from tests.fakes.model_zips import MODEL, model_zip

WHOLE = model_zip(b"a model " * 200)
HTML = (
    b"<!DOCTYPE html><html><body>Sign in</body></html>",
    b"<html><head><title>404</title></head></html>",
    b"\n  <HTML>moved</HTML>",
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    b"<script>location='/login'</script>" * 3000,
)


def zip_of(*files: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def _tar(mode: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        entry = tarfile.TarInfo(MODEL)
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"abc"))
    return buffer.getvalue()


def _with(change: Callable[[bytearray, int, int], object]) -> bytes:
    """The whole zip after a change; told where the model's entry and the end record are."""
    body = bytearray(WHOLE)
    entry = body.rfind(b"PK\1\2")
    change(body, entry, body.rfind(b"PK\5\6"))
    return bytes(body)


def _set(offset: int, format_: str, value: int) -> Callable[[bytearray, int, int], object]:
    """Sets a number of the model's entry in the directory."""
    return lambda body, entry, end: struct.pack_into(format_, body, entry + offset, value)


def _set_end(offset: int, format_: str, value: int) -> Callable[[bytearray, int, int], object]:
    return lambda body, entry, end: struct.pack_into(format_, body, end + offset, value)


def with_zip64_end(body: bytes, directory_start: int | None = None) -> bytes:
    """The zip with its numbers in an end record of zip64."""
    end = body.rfind(b"PK\5\6")
    count, size, start = struct.unpack_from("<HLL", body, end + 10)
    start = start if directory_start is None else directory_start
    record = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    former = bytearray(body[end:])
    struct.pack_into("<HHLL", former, 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    return body[:end] + record + locator + bytes(former)


def _zeroed(body: bytearray, entry: int, end: int) -> None:
    start = body.find(b"PK\3\4", 4)
    body[start : start + 40] = bytes(40)


def _bomb(body: bytearray, entry: int, end: int) -> None:
    struct.pack_into("<H", body, entry + 10, zipfile.ZIP_DEFLATED)
    struct.pack_into("<L", body, entry + 24, 0xFFFFFFF0)


BAD: dict[str, tuple[bytes, ...]] = {
    "empty or nearly": (b"", b"\0", b"\n", b"PK", b"PK\3\4"),
    "a page": HTML,
    "cut off": tuple(WHOLE[: len(WHOLE) * part // 1000] for part in (100, 400, 700, 950, 999)),
    "cut off in front": tuple(WHOLE[count:] for count in (1, 10, 100, 500, 1000)),
    "another format": (
        gzip.compress(WHOLE),
        gzip.compress(b"model"),
        _tar("w"),
        _tar("w:gz"),
        b"\x08\x07onnx" + bytes(100_000),
    ),
    "without a model": (
        zip_of(),
        zip_of(("config.json", b"{}")),
        zip_of(("model.pt", b"x"), ("tokenizer.json", b"{}")),
        zip_of(("model.onnx/", b""), ("model.onnx.txt", b"x")),
        zip_of((MODEL, b""), ("config.json", b"{}")),
    ),
    "with bytes added": (
        b"junk" + WHOLE,
        WHOLE + b"\0",
        WHOLE + b"\r\n--boundary--\r\n",
        WHOLE + bytes(70_000),
        WHOLE[:100] + b"\r\n" + WHOLE[100:],
    ),
    "with impossible sizes": (
        _with(_set(24, "<L", 7)),
        _with(_set(20, "<L", 0x7FFFFFFF)),
        _with(_set(42, "<L", 0x7FFFFFFF)),
        _with(_bomb),
        _with(_set_end(12, "<L", 0x7FFFFFFF)),
    ),
    "that say otherwise at the end": (
        _with(_set_end(10, "<H", 0)),
        _with(_set_end(10, "<H", 9)),
        with_zip64_end(WHOLE, len(WHOLE)),
        with_zip64_end(WHOLE, 1 << 40),
        with_zip64_end(WHOLE[:-22] + b"\0" + WHOLE[-22:], len(WHOLE)),
    ),
    "that the app cannot unpack": (
        _with(_set(8, "<H", 1)),
        _with(_set(8, "<H", 0x40)),
        _with(_set(10, "<H", zipfile.ZIP_LZMA)),
        zip_of((MODEL, b"m" * 100), method=zipfile.ZIP_BZIP2),
        _with(_zeroed),
    ),
    "that leave their folder": (
        zip_of((MODEL, b"m"), ("../config.json", b"{}")),
        zip_of((MODEL, b"m"), ("/etc/passwd", b"{}")),
        zip_of((MODEL, b"m"), ("a/../../b", b"{}")),
        zip_of((MODEL, b"m"), ("..\\config.json", b"{}")),
        zip_of(("../" + MODEL, b"m")),
    ),
    "with a huge directory": tuple(
        zip_of((MODEL, b"m"), *((f"{number:06}{'x' * length}", b"") for number in range(count)))
        for count, length in ((6_000, 200), (3_000, 400), (700, 1_500), (300, 5_000), (40, 40_000))
    ),
}
