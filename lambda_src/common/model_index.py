"""The index `index.json` of the production bucket: which model of each type is served.

Promotion alone writes it; the API and the commands read it. An entry's sequence grows with each
change, so that a run that was overtaken cannot put an older decision back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

from common.errors import VisAssisError

INDEX_KEY = "index.json"
SCHEMA = 1
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""What reading a document that is not what it should be may raise."""

Origin = Literal["registry", "upload"]


class IndexInvalid(VisAssisError):  # noqa: N818 - named after what was found
    """The index cannot be read."""


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
        version: of the model package; None for an upload, as are the next four.
        package_arn: of the model package.
        repository: on the hub, if the package names it.
        revision: the commit, if the package names it.
        licence: if the package names it.
        uploaded_key: key of the upload; None for a package.
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
    repository: str | None = None
    revision: str | None = None
    licence: str | None = None
    uploaded_key: str | None = None

    @property
    def file_name(self) -> str:
        """What users know the model by."""
        return self.key.rsplit("/", 1)[-1]

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Self:
        """The model in a document; raises one of `UNREADABLE` when it is none.

        What it does not know is left out: an update changes the writer before the readers.
        """
        names = {field.name for field in fields(cls)}
        model = cls(**{name: value for name, value in item.items() if name in names})
        texts = (model.key, model.version_id, model.etag, model.sha256, model.since)
        if not all(isinstance(text, str) and text for text in texts):
            raise ValueError("a model without key, version_id, etag, sha256 or since")
        if type(model.bytes) is not int:
            raise ValueError(f"bytes is {model.bytes!r}, expected a whole number")
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


def parse(content: bytes) -> dict[str, Entry]:
    """The entries of an index, by model type.

    Raises:
        IndexInvalid: when it is none.
    """
    try:
        document = json.loads(content)
        if document["schema"] != SCHEMA:
            raise ValueError(f"schema {document['schema']!r}, expected {SCHEMA}")
        return {
            model_type: Entry(
                sequence=int(item["sequence"]),
                model=None if item["model"] is None else Model.parse(item["model"]),
            )
            for model_type, item in document["types"].items()
        }
    except UNREADABLE as exc:
        raise IndexInvalid(
            f"{INDEX_KEY} is not a model index ({type(exc).__name__}: {exc}); "
            "delete it: the next run of promotion writes it again from its records"
        ) from exc


def dump(entries: Mapping[str, Entry]) -> bytes:
    """The document that `parse` reads."""
    types = {
        model_type: {
            "sequence": entry.sequence,
            "model": vars(entry.model) if entry.model else None,
        }
        for model_type, entry in sorted(entries.items())
    }
    return json.dumps({"schema": SCHEMA, "types": types}).encode()
