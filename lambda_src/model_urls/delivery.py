"""GET /models: the signed index as it is, and links to the files that the caller lacks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.http_api import HttpError
from common.model_index import Entry, Model
from model_urls.links import Sign

MOST_LINKS = 100
_TYPES = re.compile(r"[^,:]+(,[^,:]+)*")
_HAVE = re.compile(r"[^,:]+:\d{1,18}(,[^,:]+:\d{1,18})*", re.ASCII)
_PAGE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Wanted:
    """What a request asks for.

    Attributes:
        types: for which links are wanted, None for all.
        have: sequence of each type that the caller holds whole.
        after: the last file of the page before; pages are in the order of the files' SHA-256.
    """

    types: Collection[str] | None = None
    have: Mapping[str, int] = field(default_factory=dict)
    after: str = ""

    def lacks(self, kind: str, entry: Entry) -> bool:
        """Whether the caller asks for a type's model and does not hold it."""
        is_asked = self.types is None or kind in self.types
        return entry.model is not None and is_asked and self.have.get(kind) != entry.sequence

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Wanted:
        """The query parameters of a request; empty and unknown ones count for nothing.

        Raises:
            HttpError: 400 when one is malformed.
        """
        types = _match(query, "types", _TYPES, "model types, separated by commas")
        have = _match(query, "have", _HAVE, "type:sequence, separated by commas")
        page = _match(query, "page", _PAGE, "`next` of the answer before")
        pairs = [item.split(":") for item in have.split(",")] if have else []
        return cls(
            types=types.split(",") if types else None,
            have={kind: int(sequence) for kind, sequence in pairs},
            after=page,
        )


def answer(
    envelope: Mapping[str, Any], lacking: Iterable[Model], after: str, sign: Sign
) -> dict[str, Any]:
    """The body of the answer.

    Args:
        lacking: models that the caller asks for and does not hold.
        after: as `Wanted` has it.
    """
    files = {file.sha256: file.stored for model in lacking for file in model.files}
    waiting = sorted(sha256 for sha256 in files if sha256 > after)
    page = waiting[:MOST_LINKS]
    return {
        "index": envelope,
        "links": {sha256: sign(files[sha256]) for sha256 in page},
        "next": page[-1] if len(waiting) > len(page) else None,
    }


def _match(query: Mapping[str, str], name: str, form: re.Pattern[str], told: str) -> str:
    value = query.get(name, "")
    if value and form.fullmatch(value) is None:
        raise HttpError(400, f"The parameter {name} is malformed: it takes {told}.")
    return value
