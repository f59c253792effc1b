"""GET /getmodelurl: one read of the index, or one type after the other."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.comparison import Comparison, Outcome, Way
from bench.replayed_reads import ReplayedReads
from bench.store import Store
from common.model_index import INDEX_KEY, Entry, Envelope, Index, Model
from model_urls.contract import body
from model_urls.index_reader import IndexReader
from model_urls.links import signer

LIFETIME_SECONDS = 3600
OBJECTS_OF_A_TYPE = 3
_COMPARED = ("model_name", "ETag", "bytes", "sha256")


def comparison(
    store: Store,
    types: int,
    latency_seconds: float,
    *,
    objects: int = OBJECTS_OF_A_TYPE,
    is_warm: bool = False,
) -> Comparison:
    """Links to the newest model of each type.

    Args:
        types: how many model types.
        latency_seconds: added to each call.
        objects: below the prefix of each type.
        is_warm: whether the function has answered before; else each run is one that has just
            started, and signs every link.
    """
    name = f"bench-links-{types}-{round(latency_seconds * 1000)}-{objects}-{int(is_warm)}"
    bucket = store.new_bucket(name)
    kinds = tuple(f"type-{number:02}" for number in range(types))
    _fill(store.client(), bucket, kinds, objects)
    s3 = store.client()
    ReplayedReads(latency_seconds).attach(s3)
    kept = IndexReader(s3, bucket, INDEX_KEY), signer(s3, bucket, LIFETIME_SECONDS)

    def from_index() -> Outcome:
        fresh = IndexReader(s3, bucket, INDEX_KEY), signer(s3, bucket, LIFETIME_SECONDS)
        reader, sign = kept if is_warm else fresh
        _, entries = reader.read()
        links = body({kind: entry.model for kind, entry in entries.items() if entry.model}, sign)
        return Outcome(lambda: _essence(links))

    def one_by_one() -> Outcome:
        links = {kind: _chain(s3, bucket, kind) for kind in kinds}
        return Outcome(lambda: _essence(links))

    from_index()
    one_by_one()  # neither way is measured while its reads are recorded
    return Comparison(
        "getmodelurl",
        f"{types} {'type' if types == 1 else 'types'}"
        f"{'' if objects == OBJECTS_OF_A_TYPE else f', {objects} objects each'}"
        f"{', again' if is_warm else ''}, {latency_seconds * 1000:.0f} ms per call",
        Way("one read of the index", from_index),
        Way("List, Head, next type", one_by_one),
    )


def _fill(s3: Any, bucket: str, kinds: tuple[str, ...], objects: int) -> None:
    entries = {}
    for kind in kinds:
        for number in range(objects):
            content = f"{kind} {number}".encode()
            key, sha256 = f"{kind}/model-{number:05}.zip", hashlib.sha256(content).hexdigest()
            stored = s3.put_object(
                Bucket=bucket, Key=key, Body=content, Metadata={"sha256": sha256}
            )
        model = Model(
            origin="registry",
            key=key,
            version_id=stored["VersionId"],
            etag=stored["ETag"].strip('"'),
            bytes=len(content),
            sha256=sha256,
            since="2026-01-01T00:00:00+00:00",
            version=1,
        )
        entries[kind] = Entry(1, model)
    now = datetime.now(UTC)
    payload = Index(1, now, now + timedelta(days=1), entries).dump()
    s3.put_object(Bucket=bucket, Key=INDEX_KEY, Body=Envelope(payload).dump())


def _chain(s3: Any, bucket: str, kind: str) -> dict[str, Any]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{kind}/")
    zips = [item for page in pages for item in page["Contents"] if item["Key"].endswith(".zip")]
    newest = max(zips, key=lambda item: item["Key"])
    head = s3.head_object(Bucket=bucket, Key=newest["Key"])
    where = {"Bucket": bucket, "Key": newest["Key"]}
    return {
        "download_url": s3.generate_presigned_url(
            "get_object", Params=where, ExpiresIn=LIFETIME_SECONDS
        ),
        "model_name": newest["Key"].rsplit("/", 1)[-1],
        "ETag": head["ETag"].strip('"'),
        "bytes": head["ContentLength"],
        "sha256": head["Metadata"]["sha256"],
    }


def _essence(links: dict[str, Any]) -> dict[str, Any]:
    """What both ways must agree on: links differ by their signatures."""
    return {kind: {name: entry[name] for name in _COMPARED} for kind, entry in links.items()}
