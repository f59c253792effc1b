"""The newest model of each type, in one round of concurrent calls.

The rule: per type, the current .zip object below `{type}/` with the greatest LastModified; in the
same second one that promotion tagged goes before a manual upload, then the greater key wins.

The round lists each type and reads what promotion noted about it. Only an upload that no promotion
run has seen yet takes a second round, for the tags and metadata of what won, and only once in this
process: a version's never change. So the number of calls made one after another depends neither on
the number of types nor on the number of objects below 1000 a type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from aws_lambda_powertools import Logger

from common.concurrent_calls import Key, Value, call_all
from model_urls.candidates import CurrentZip, newest_zips
from model_urls.origin import Origin, read_metadata, read_tags
from model_urls.promotion_record import Noted, read_note

MAX_THREADS = 64
# The gateway gives up after 30 s; what has not answered by then is left out.
ANSWER_WITHIN_SECONDS = 20.0
REMEMBERED_VERSIONS = 1000

Failures = dict[str, Exception]


@dataclass(frozen=True)
class Model:
    """A model to link to."""

    zip: CurrentZip
    origin: Origin


class NewestModels:
    """Finds them.

    Parameters:
        s3: boto3 S3 client.
        bucket: the production bucket.
        types: model types to look for.
        logger: told of what slows the answer down without failing it.
        now: seconds of a monotonic clock.
    """

    def __init__(
        self,
        s3: Any,
        bucket: str,
        types: tuple[str, ...],
        logger: Logger,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._s3, self._bucket, self._types = s3, bucket, types
        self._logger, self._now = logger, now
        self._origins: dict[tuple[str, str], Origin] = {}

    def find(self) -> tuple[dict[str, Model], Failures]:
        """The model of each type that has one, and why each failing type failed."""
        end = self._now() + ANSWER_WITHIN_SECONDS
        listed, noted, failures = self._look(end)
        origins, unread = self._read_origins(
            [item for zips in listed.values() for item in zips], noted, end
        )
        models = {}
        for kind, zips in listed.items():
            error = next((unread[item] for item in zips if item in unread), None)
            if error is not None:
                failures[kind] = error
            elif zips:
                models[kind] = _first([Model(item, origins[item]) for item in zips])
        return models, failures

    def _look(self, end: float) -> tuple[dict[str, list[CurrentZip]], Noted, Failures]:
        looks: tuple[Callable[..., Any], ...] = (newest_zips, read_note)
        seen, failed = self._call(
            {
                (kind, look): partial(look, self._s3, self._bucket, kind)
                for kind in self._types
                for look in looks
            },
            end,
        )
        listed: dict[str, list[CurrentZip]] = {}
        noted: Noted = {}
        for (kind, look), value in seen.items():
            if look is newest_zips:
                listed[kind] = value
            else:
                noted |= value
        for (kind, look), error in failed.items():
            if look is read_note:
                self._logger.warning("promotion record not read", type=kind, reason=str(error))
        return listed, noted, {kind: e for (kind, look), e in failed.items() if look is newest_zips}

    def _read_origins(
        self, zips: list[CurrentZip], noted: Noted, end: float
    ) -> tuple[dict[CurrentZip, Origin], dict[CurrentZip, Exception]]:
        read_before = {**noted, **self._origins}
        known = {item: read_before.get((item.key, item.version_id)) for item in zips}
        origins = {item: origin for item, origin in known.items() if origin is not None}
        new = [item for item in zips if item not in origins]
        reads = (read_tags, read_metadata)
        read, failed = self._call(
            {
                (item, how): partial(how, self._s3, self._bucket, item)
                for item in new
                for how in reads
            },
            end,
        )
        unread = {item: error for (item, _), error in failed.items()}
        for item in new:
            if item not in unread:
                tags, metadata = (read[item, how] for how in reads)
                origins[item] = Origin.of(tags, metadata)
                self._remember(item, origins[item])
        return origins, unread

    def _remember(self, item: CurrentZip, origin: Origin) -> None:
        if len(self._origins) > REMEMBERED_VERSIONS:
            self._origins.clear()
        self._origins[item.key, item.version_id] = origin

    def _call(
        self, calls: Mapping[Key, Callable[[], Value]], end: float
    ) -> tuple[dict[Key, Value], dict[Key, Exception]]:
        return call_all(calls, seconds=end - self._now(), threads=MAX_THREADS)


def _first(models: list[Model]) -> Model:
    """The winner among models of the same second."""
    return max(models, key=lambda model: (model.origin.promoted, model.zip.key))
