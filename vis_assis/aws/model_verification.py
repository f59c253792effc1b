"""Bucket against index against signature: whether users get what promotion signed."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from common.errors import VisAssisError
from common.model_index import CHUNK_BYTES, INDEX_KEY, Envelope, File, Index, IndexInvalid, Model
from common.s3_source import S3Source, pin, read_ranges, sha256_of
from promote_model.artifact import look_into
from promote_model.files import NoStream, inflated, plain_bytes
from promote_model.production import ARN_TAG, VERSION_TAG
from promote_model.zip_check import Packed
from vis_assis.aws.cloud import is_not_found
from vis_assis.errors import CommandError

REMEMBERED = 20
"""Old versions of the index that are compared with the one that is there."""

SIGNATURE_BYTES = 64

Keys = Mapping[str, bytes]


@dataclass(frozen=True)
class Verification:
    """What a look at the production bucket found.

    Attributes:
        sequence: of the index.
        is_signed: whether there are keys that it was compared with.
        models: that are served, by type.
        problems: what does not fit.
    """

    sequence: int
    expires_at: datetime
    is_signed: bool
    models: dict[str, Model]
    problems: list[str]


def verify(s3: Any, bucket: str, keys: Keys, *, now: datetime, at_least: int) -> Verification:
    """Compares all that is served with the index, as `read_index` and `check_model`."""
    index, problems = read_index(s3, bucket, keys, now=now, at_least=at_least)
    models = {kind: entry.model for kind, entry in index.entries.items() if entry.model}
    for kind, model in models.items():
        problems += check_model(s3, bucket, kind, model)
    return Verification(index.sequence, index.expires_at, bool(keys), models, problems)


def trusted_keys(listed: Iterable[str]) -> dict[str, bytes]:
    """Public keys in DER by id, of the stack's output `model_signing_keys`."""
    pairs = (item.partition("=") for item in listed)
    return {key_id: b64decode(encoded) for key_id, _, encoded in pairs}


def read_index(
    s3: Any, bucket: str, keys: Keys, *, now: datetime, at_least: int
) -> tuple[Index, list[str]]:
    """The index, and what is wrong with it although one of the keys signed it.

    Args:
        keys: that are trusted; none takes any index.
        at_least: the smallest sequence to accept.

    Raises:
        CommandError: when there is none, or none of the keys signed it.
    """
    try:
        content = s3.get_object(Bucket=bucket, Key=INDEX_KEY)["Body"].read()
    except ClientError as error:
        if is_not_found(error):
            raise CommandError(f"s3://{bucket}/{INDEX_KEY} is not there") from error
        raise
    index = _opened(content, keys)
    problems = []
    if now > index.expires_at:
        problems.append(f"the index expired at {index.expires_at}: promotion has not renewed it")
    newest = max([at_least, *_older_sequences(s3, bucket, keys)])
    if index.sequence < newest:
        problems.append(f"the index has sequence {index.sequence}, there was one with {newest}")
    return index, problems


def check_model(s3: Any, bucket: str, kind: str, model: Model) -> Iterator[str]:
    """What is wrong with a type's zip and files in the bucket; each byte is read."""
    if not model.key.startswith(f"{kind}/"):
        yield f"{kind}: the index names the zip of another type, {model.key}"
    source = yield from _standing(s3, bucket, f"{kind}: ", model.key, model.version_id)
    if source is not None:
        yield from _check_zip(s3, source, kind, model)
    for file in model.files:
        said = f"{kind}: {file.path}: "
        stored = yield from _standing(s3, bucket, said, file.stored.key, file.stored.version_id)
        if stored is not None and not _holds(s3, stored, file):
            yield f"{said}{file.stored.key} does not hold what the index says"


def _opened(content: bytes, keys: Keys) -> Index:
    try:
        envelope = Envelope.parse(content)
        if keys:
            _check_signature(envelope, keys)
        return Index.parse(envelope.payload)
    except IndexInvalid as error:
        raise CommandError(str(error)) from error


def _check_signature(envelope: Envelope, keys: Keys) -> None:
    signature = envelope.signature or b""
    if envelope.key_id is None or len(signature) != SIGNATURE_BYTES:
        raise CommandError("the index is not signed")
    if envelope.key_id not in keys:
        raise CommandError(
            f"the index names the key {envelope.key_id}, trusted are {', '.join(keys)}"
        )
    key = load_der_public_key(keys[envelope.key_id])
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise CommandError(f"{envelope.key_id} is no key for ECDSA")
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        key.verify(encode_dss_signature(r, s), envelope.payload, ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise CommandError(f"the index is not what {envelope.key_id} signed") from None


def _older_sequences(s3: Any, bucket: str, keys: Keys) -> Iterator[int]:
    """Of what was signed before, as long as the bucket keeps it."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=INDEX_KEY)
    versions = (item for page in pages for item in page.get("Versions", ()))
    for item in islice((item for item in versions if item["Key"] == INDEX_KEY), REMEMBERED):
        place = {"Bucket": bucket, "Key": INDEX_KEY, "VersionId": item["VersionId"]}
        try:
            yield _opened(s3.get_object(**place)["Body"].read(), keys).sequence
        except CommandError:
            continue


def _standing(
    s3: Any, bucket: str, said: str, key: str, version_id: str
) -> Generator[str, None, S3Source | None]:
    """The version of an object, None when it is gone; yields what is wrong with it."""
    try:
        if pin(s3, bucket, key).version_id != version_id:
            yield f"{said}{key} was overwritten: links go to the version before"
    except ClientError as error:
        if not is_not_found(error):
            raise
        yield f"{said}{key} was deleted: its version goes, too, after some days"
    try:
        return pin(s3, bucket, key, version_id)
    except ClientError as error:
        if not is_not_found(error):
            raise
        yield f"{said}{key} is not there in the version {version_id}"
        return None


def _check_zip(s3: Any, source: S3Source, kind: str, model: Model) -> Iterator[str]:
    if (source.size, sha256_of(s3, source)) != (model.bytes, model.sha256):
        yield f"{kind}: {model.key} is not what the index says"
        return
    try:
        packed = {(item.path, _plain_sha256(s3, source, item)) for item in look_into(s3, source)}
    except (VisAssisError, NoStream) as error:
        yield f"{kind}: {model.key}: {error}"
        return
    if packed != {(file.path, file.sha256) for file in model.files}:
        yield f"{kind}: the index lists other files than the zip"
    if model.package_arn is not None:
        answer = s3.get_object_tagging(
            Bucket=source.bucket, Key=source.key, **source.version_arguments()
        )
        tags = {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}
        if tags != {ARN_TAG: model.package_arn, VERSION_TAG: str(model.version)}:
            yield f"{kind}: the tags of {model.key} name another version than the index"


def _plain_sha256(s3: Any, source: S3Source, item: Packed) -> str:
    digest = hashlib.sha256()
    for piece in plain_bytes(s3, source, item):
        digest.update(piece)
    return digest.hexdigest()


def _holds(s3: Any, stored: S3Source, file: File) -> bool:
    """Whether the object is what the index says of it, and opens to the file."""
    if stored.size != file.stored.bytes:
        return False
    whole, chunks, plain = hashlib.sha256(), list[str](), hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        for piece in read_ranges(s3, stored, 0, stored.size):
            whole.update(piece)
            # A range is a multiple of a chunk.
            for at in range(0, len(piece), CHUNK_BYTES):
                chunks.append(hashlib.sha256(piece[at : at + CHUNK_BYTES]).hexdigest())
            yield piece

    size = 0
    try:
        for part in inflated(pieces(), file.bytes):
            plain.update(part)
            size += len(part)
    except NoStream:
        return False
    return (whole.hexdigest(), tuple(chunks), plain.hexdigest(), size) == (
        file.stored.sha256,
        file.stored.chunks,
        file.sha256,
        file.bytes,
    )
