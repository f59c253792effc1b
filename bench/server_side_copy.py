"""Promotion's copy: parallel parts within S3, parts in sequence, or through the function."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from bench.comparison import Comparison, Outcome, Way
from bench.store import Store
from common.s3_copy import Destination, copy_pinned
from common.s3_multipart import MIB, PartPlan
from common.s3_source import S3Source, pin, sha256_of

PART_BYTES = 5 * MIB
THREADS = 8
KEY = "depth/model.zip"


def comparisons(store: Store, parts: int, part_seconds: float) -> tuple[Comparison, ...]:
    """Parallel parts beside parts in sequence, and beside download and upload.

    Parameters:
        parts: of 5 MiB, S3's smallest.
        part_seconds: added to each UploadPartCopy, and to each GetObject, PutObject and
            UploadPart of the way through the function.
    """
    source_bucket = store.new_bucket("bench-copy-source")
    target_bucket = store.new_bucket("bench-copy-target", versioned=False)
    content = Random(1).randbytes(parts * PART_BYTES)  # noqa: S311 - only has to be incompressible
    store.client().put_object(Bucket=source_bucket, Key=KEY, Body=content)
    source = pin(store.client(), source_bucket, KEY)
    within = store.client(part_seconds, "UploadPartCopy")
    through = store.client(part_seconds)
    size = f"{parts} parts of {PART_BYTES // MIB} MiB, {part_seconds * 1000:.0f} ms"

    def arrived() -> tuple[int, str]:
        """Size and hash of what was written, which is then removed for the next run."""
        plain = store.client()
        copy = pin(plain, target_bucket, KEY)
        found = (copy.size, sha256_of(plain, copy))
        plain.delete_object(Bucket=target_bucket, Key=KEY)
        return found

    def copy_with(threads: int) -> Callable[[], Outcome]:
        def run() -> Outcome:
            copy_pinned(
                within,
                source,
                Destination(target_bucket, KEY),
                multipart_threshold=PART_BYTES - 1,
                parts=PartPlan(PART_BYTES, threads),
            )
            return Outcome(arrived, bytes_moved=0)

        return run

    def download_and_upload() -> Outcome:
        return Outcome(arrived, bytes_moved=_through(through, source, target_bucket))

    ours = Way(f"within S3, {THREADS} parts at once", copy_with(THREADS))
    return (
        Comparison(
            "server-side copy",
            f"{size} per part",
            ours,
            Way("within S3, part after part", copy_with(1)),
        ),
        Comparison(
            "server-side copy",
            f"{size} per part or call",
            ours,
            Way("download, then upload", download_and_upload),
        ),
    )


def _through(s3: Any, source: S3Source, bucket: str) -> int:
    """Bytes that went in and out of the function, which holds the object in memory."""
    answer = s3.get_object(Bucket=source.bucket, Key=source.key, **source.version_arguments())
    content = answer["Body"].read()
    s3.put_object(Bucket=bucket, Key=source.key, Body=content)
    return 2 * len(content)
