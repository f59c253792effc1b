"""The index `index.json` of the production bucket: which model of each type is served.

Promotion alone writes it; the API and the commands read it. It is an envelope: the payload's bytes
and the signature over them. An entry's sequence grows with each change, so that a run that was
overtaken cannot put an older decision back. docs/delivery.md has the format.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal, Self

from common.errors import VisAssisError

INDEX_KEY = "index.json"
FILES = "files/"
"""Folder of the production bucket with each file once, by the SHA-256 of its plain bytes."""
CHUNK_BYTES = 4 << 20
SCHEMA = 2
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""What reading a document that is not what it should be may raise."""

Origin = Literal["registry", "upload"]


class IndexInvalid(VisAssisError):  # noqa: N818 - named after what was found
    """The index cannot be read."""


@dataclass(frozen=True)
class Stored:
    """The object with a file's bytes, compressed as one raw DEFLATE stream.

    Attributes:
        bytes: of the object; so is `sha256`, in lower-case hex.
        chunks: SHA-256 of each `CHUNK_BYTES` of the object.
    """

    key: str
    version_id: str
    bytes: int
    sha256: str
    chunks: tuple[str, ...]

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Self:
        """The object in a document; raises one of `UNREADABLE` when it is none."""
        known = _known(cls, item)
        stored = cls(**{**known, "chunks": tuple(known["chunks"])})
        _check(stored, texts=("key", "version_id", "sha256"))
        return stored


@dataclass(frozen=True)
class File:
    """A file of a model.

    Attributes:
        path: relative, with slashes.
        bytes: of the plain file; so is `sha256`, in lower-case hex.
    """

    path: str
    bytes: int
    sha256: str
    stored: Stored

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Self:
        """The file in a document; raises one of `UNREADABLE` when it is none."""
        file = cls(**{**_known(cls, item), "stored": Stored.parse(item["stored"])})
        _check(file, texts=("path", "sha256"))
        return file


@dataclass(frozen=True)
class Model:
    """A served model.

    Attributes:
        origin: where it came from: "registry", or "upload" for one uploaded by hand.
        key: of the served copy in the production bucket.
        version_id: of the served copy.
        etag: without quotes.
        sha256: lower-case hex.
        since: when it began to be served, as ISO text.
        version: of the model package; None for an upload, as are the next seven.
        package_arn: of the model package.
        execution_arn: of the pipeline run that registered it, if the package names it.
        correlation_id: id of the execution that made the zip, which all log lines on its way carry.
        approved_by: ARN or name of whoever changed the package last, if SageMaker names them.
        repository: on the hub, if the package names it.
        revision: the commit, if the package names it.
        licence: if the package names it.
        uploaded_key: key of the upload; None for a package.
        files: of the zip, by path.
    """

    origin: Origin
    key: str
    version_id: str
    etag: str
    bytes: int
    sha256: str
    since: str
    version: int | None = None
    package_arn: str | None = None
    execution_arn: str | None = None
    correlation_id: str | None = None
    approved_by: str | None = None
    repository: str | None = None
    revision: str | None = None
    licence: str | None = None
    uploaded_key: str | None = None
    files: tuple[File, ...] = ()

    @property
    def file_name(self) -> str:
        """What users know the model by."""
        return self.key.rsplit("/", 1)[-1]

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Self:
        """The model in a document; raises one of `UNREADABLE` when it is none.

        What it does not know is left out: an update changes the writer before the readers.
        """
        files = tuple(File.parse(file) for file in item.get("files", ()))
        model = cls(**{**_known(cls, item), "files": files})
        _check(model, texts=("key", "version_id", "etag", "sha256", "since"))
        return model


@dataclass(frozen=True)
class Entry:
    """What the index says of a type.

    Attributes:
        sequence: grows with each change.
        model: None when nothing is served.
    """

    sequence: int
    model: Model | None


@dataclass(frozen=True)
class Index:
    """The payload.

    Attributes:
        sequence: grows with each write.
        entries: by model type.
    """

    sequence: int
    issued_at: datetime
    expires_at: datetime
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def dump(self) -> bytes:
        """The document that `parse` reads."""
        types = {kind: asdict(entry) for kind, entry in sorted(self.entries.items())}
        return json.dumps(
            {
                "schema": SCHEMA,
                "sequence": self.sequence,
                "issued_at": _text(self.issued_at),
                "expires_at": _text(self.expires_at),
                "types": types,
            }
        ).encode()

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """The index in an envelope's payload.

        Raises:
            IndexInvalid: when it is none.
        """
        try:
            document = json.loads(payload)
            _check_schema(document)
            return cls(
                sequence=int(document["sequence"]),
                issued_at=_moment(document["issued_at"]),
                expires_at=_moment(document["expires_at"]),
                entries={
                    model_type: Entry(
                        sequence=int(item["sequence"]),
                        model=None if item["model"] is None else Model.parse(item["model"]),
                    )
                    for model_type, item in document["types"].items()
                },
            )
        except UNREADABLE as exc:
            raise _invalid(exc) from exc


@dataclass(frozen=True)
class Envelope:
    """The object `index.json`.

    Attributes:
        signature: 64 bytes, r and s, over the payload; None when nothing is signed.
        key_id: of the key that signed.
    """

    payload: bytes
    signature: bytes | None = None
    key_id: str | None = None

    def dump(self) -> bytes:
        """The document that `parse` reads."""
        return json.dumps(
            {
                "schema": SCHEMA,
                "payload": b64encode(self.payload).decode(),
                "signature": b64encode(self.signature).decode() if self.signature else None,
                "key_id": self.key_id,
            }
        ).encode()

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """The envelope in an object's content.

        Raises:
            IndexInvalid: when it is none.
        """
        try:
            document = json.loads(content)
            _check_schema(document)
            signature, key_id = document["signature"], document["key_id"]
            if not isinstance(key_id, str | None):
                raise TypeError(f"key_id is {key_id!r}, expected text")
            return cls(
                payload=b64decode(document["payload"], validate=True),
                signature=None if signature is None else b64decode(signature, validate=True),
                key_id=key_id,
            )
        except UNREADABLE as exc:
            raise _invalid(exc) from exc


def parse(content: bytes) -> dict[str, Entry]:
    """The entries of an `index.json`, by model type, whoever signed it.

    Raises:
        IndexInvalid: when it is none.
    """
    return dict(Index.parse(Envelope.parse(content).payload).entries)


def _check_schema(document: Mapping[str, Any]) -> None:
    if document["schema"] != SCHEMA:
        raise ValueError(f"schema {document['schema']!r}, expected {SCHEMA}")


def _known(cls: Any, item: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(cls)}
    return {name: value for name, value in item.items() if name in names}


def _check(item: Any, *, texts: tuple[str, ...]) -> None:
    name = type(item).__name__.lower()
    for text in texts:
        if not isinstance(getattr(item, text), str) or not getattr(item, text):
            raise ValueError(f"a {name} without {text}")
    if type(item.bytes) is not int:
        raise ValueError(f"bytes is {item.bytes!r}, expected a whole number")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} has no zone")
    return moment


def _invalid(error: Exception) -> IndexInvalid:
    return IndexInvalid(
        f"{INDEX_KEY} is not a model index ({type(error).__name__}: {error}); "
        "delete it: the next run of promotion writes it again from its records"
    )
