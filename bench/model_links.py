"""GET /getmodelurl: all types in one round, or one type after the other."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from bench.comparison import Comparison, Outcome, Way
from bench.replayed_reads import ReplayedReads
from bench.store import Store
from common.logging import build_logger
from model_urls.contract import body
from model_urls.links import signer
from model_urls.newest_models import NewestModels

LIFETIME_SECONDS = 3600
LOGGER = build_logger(service="bench")
_COMPARED = ("model_name", "ETag", "bytes", "sha256")


def comparison(
    store: Store, types: int, latency_seconds: float, *, noted: bool = True
) -> Comparison:
    """Links to the newest model of each type, with three zips below each prefix.

    Both ways make two calls per type; ours makes two more, in a second round, for what promotion
    has not seen.

    Parameters:
        types: how many model types.
        latency_seconds: added to each call.
        noted: whether promotion has seen the newest zips, which it notes in its records.
    """
    name = f"bench-links-{types}-{round(latency_seconds * 1000)}-{int(noted)}"
    bucket = store.new_bucket(name)
    kinds = tuple(f"type-{number:02}" for number in range(types))
    _fill(store.client(), bucket, kinds, noted=noted)
    s3 = store.client()
    ReplayedReads(latency_seconds).attach(s3)
    sign = signer(s3, bucket, LIFETIME_SECONDS)

    def in_rounds() -> Outcome:
        models, failures = NewestModels(s3, bucket, kinds, LOGGER).find()
        for failure in failures.values():
            raise failure
        links = body(models, sign)
        return Outcome(lambda: _essence(links))

    def one_by_one() -> Outcome:
        links = {kind: _chain(s3, bucket, kind) for kind in kinds}
        return Outcome(lambda: _essence(links))

    in_rounds()
    one_by_one()  # neither way is measured while its reads are recorded
    return Comparison(
        "getmodelurl",
        f"{types} {'type' if types == 1 else 'types'}, "
        f"{'promoted' if noted else 'uploaded just now'}, "
        f"{latency_seconds * 1000:.0f} ms per call",
        Way("all types at once", in_rounds),
        Way("List, Head, next type", one_by_one),
    )


def _fill(s3: Any, bucket: str, kinds: tuple[str, ...], *, noted: bool) -> None:
    for kind in kinds:
        for number in range(3):
            content = f"{kind} {number}".encode()
            key, sha256 = f"{kind}/model-{number}.zip", hashlib.sha256(content).hexdigest()
            stored = s3.put_object(
                Bucket=bucket, Key=key, Body=content, Metadata={"sha256": sha256}
            )
            if noted:
                showing = {
                    "handed_over_by": "registry",
                    "key": key,
                    "version": 1,
                    "sha256": sha256,
                    "version_id": stored["VersionId"],
                }
                body = json.dumps({"showing": showing}).encode()
                s3.put_object(Bucket=bucket, Key=f"promotions/{kind}.json", Body=body)


def _chain(s3: Any, bucket: str, kind: str) -> dict[str, Any]:
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"{kind}/")["Contents"]
    zips = [item for item in listed if item["Key"].endswith(".zip")]
    newest = max(zips, key=lambda item: (item["LastModified"].replace(microsecond=0), item["Key"]))
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
