"""Publishes the files of a zip one by one: each once, by its content, as a raw DEFLATE stream."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import is_conflict, is_missing
from common.errors import ConflictError
from common.model_index import CHUNK_BYTES, FILES, File, Stored
from common.s3_source import S3Source, find, read_ranges
from common.s3_upload import upload
from promote_model.errors import Refused
from promote_model.zip_check import Packed

HEADERS = {
    # No Content-Encoding: a browser would decode what it gets, and Range counts what is stored.
    "ContentType": "application/octet-stream",
    "CacheControl": "private, max-age=31536000, immutable",
}
_STEP = 1 << 20
"""Bytes that are unpacked at once."""


class NoStream(ValueError):  # noqa: N818 - named after what was found
    """Bytes that are no single, whole DEFLATE stream of the expected size."""


@dataclass
class _Digest:
    """Size, checksums and CRC of bytes that pass by."""

    size: int = 0
    crc: int = 0
    chunks: list[str] = field(default_factory=list)
    _whole: Any = field(default_factory=hashlib.sha256)
    _chunk: Any = field(default_factory=hashlib.sha256)

    def add(self, content: bytes) -> None:
        self._whole.update(content)
        self.crc = zlib.crc32(content, self.crc)
        while content:
            room = CHUNK_BYTES - self.size % CHUNK_BYTES
            part, content = content[:room], content[room:]
            self._chunk.update(part)
            self.size += len(part)
            if len(part) == room:
                self.chunks.append(self._chunk.hexdigest())
                self._chunk = hashlib.sha256()

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.add(piece)
            yield piece

    @property
    def sha256(self) -> str:
        return str(self._whole.hexdigest())

    def stored_as(self, key: str, version_id: str) -> Stored:
        rest = [self._chunk.hexdigest()] if self.size % CHUNK_BYTES else []
        return Stored(key, version_id, self.size, self.sha256, (*self.chunks, *rest))


def publish(s3: Any, bucket: str, source: S3Source, packed: Iterable[Packed]) -> tuple[File, ...]:
    """The zip's files, each of which is in the bucket then.

    Args:
        source: the zip, pinned.
        packed: what it holds, by path.

    Raises:
        Refused: when a file is not what the zip's directory says.
        ConflictError: when another run puts the same file there; trying again finds it.
    """
    stored: dict[str, Stored] = {}
    files = []
    for item in packed:
        plain = _Digest()
        try:
            for piece in plain_bytes(s3, source, item):
                plain.add(piece)
        except NoStream as error:
            raise Refused(f"{item.path[:80]!r} is damaged: {error}") from error
        if (plain.size, plain.crc) != (item.bytes, item.crc):
            raise Refused(f"{item.path[:80]!r} is damaged: its bytes are not those of its checksum")
        if plain.sha256 not in stored:
            stored[plain.sha256] = _stored(s3, bucket, source, item, plain)
        files.append(File(item.path, plain.size, plain.sha256, stored[plain.sha256]))
    return tuple(files)


def plain_bytes(s3: Any, source: S3Source, item: Packed) -> Iterator[bytes]:
    """The plain bytes of a file in a zip; `NoStream` when they are not what its directory says."""
    pieces = read_ranges(s3, source, item.start, item.stop)
    return inflated(pieces, item.bytes) if item.is_deflated else pieces


def _stored(s3: Any, bucket: str, source: S3Source, item: Packed, plain: _Digest) -> Stored:
    """The object with the file; one that is there stays, however it was compressed."""
    key = f"{FILES}{plain.sha256}"
    present = find(s3, bucket, key)
    if present is not None:
        found = _described(s3, present, plain)
        if found is not None:
            return found
    pieces = read_ranges(s3, source, item.start, item.stop)
    digest = _Digest()
    try:
        version_id = upload(
            s3,
            {"Bucket": bucket, "Key": key},
            digest.through(pieces if item.is_deflated else deflated(pieces)),
            condition={"IfMatch": present.etag} if present else {"IfNoneMatch": "*"},
            attributes=HEADERS,
        )
    except ClientError as error:
        if is_conflict(error) or is_missing(error):
            raise ConflictError(
                f"s3://{bucket}/{key} or {source.uri} changed meanwhile; "
                "trying again reads the new state"
            ) from error
        raise
    return digest.stored_as(key, version_id)


def _described(s3: Any, present: S3Source, plain: _Digest) -> Stored | None:
    """An object that is there already; None when it does not hold the file."""
    if "ContentEncoding" in present.headers:
        return None
    digest, unpacked = _Digest(), _Digest()
    try:
        pieces = digest.through(read_ranges(s3, present, 0, present.size))
        for piece in inflated(pieces, plain.size):
            unpacked.add(piece)
    except NoStream:
        return None
    if unpacked.sha256 != plain.sha256:
        return None
    return digest.stored_as(present.key, str(present.version_id))


def inflated(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The plain bytes of a raw DEFLATE stream.

    Args:
        size: as many as they must be; no more are unpacked.

    Raises:
        NoStream: when the pieces are anything else.
    """
    stream, left = zlib.decompressobj(-zlib.MAX_WBITS), size
    try:
        for piece in pieces:
            if stream.eof:
                raise NoStream("bytes follow its DEFLATE stream")
            rest = piece
            while True:
                plain = stream.decompress(rest, _STEP)
                left -= len(plain)
                if left < 0:
                    raise NoStream(f"it unpacks to more than {size} bytes")
                yield plain
                rest = stream.unconsumed_tail
                # A full step may leave bytes inside the stream that no input is left for.
                if not rest and len(plain) < _STEP:
                    break
    except zlib.error as error:
        raise NoStream(f"no DEFLATE stream ({error})") from error
    if not stream.eof or stream.unused_data:
        raise NoStream("its DEFLATE stream does not end with its bytes")


def deflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The raw DEFLATE stream of plain bytes, at the usual level: higher ones save little."""
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    for piece in pieces:
        yield stream.compress(piece)
    yield stream.flush()
