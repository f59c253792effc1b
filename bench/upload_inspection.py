"""Inspection of an uploaded release: growing ranges until the script is found, or all of it."""

from __future__ import annotations

import io
import tarfile
from datetime import UTC, datetime
from random import Random
from typing import IO, Literal, cast

from bench.comparison import Comparison, Outcome, Way
from bench.store import Store
from common.s3_multipart import MIB
from common.s3_source import pin
from update_endpoint.errors import ArchiveRefused
from update_endpoint.inspect_archive import SCRIPT, inspect
from update_endpoint.ranged_reader import RangedReader
from update_endpoint.unpacked import GIB

KEY = "model.tar.gz"
SECONDS = 600.0
WEIGHTS = "model.safetensors"

Script = Literal["first", "last", "missing"]


def comparison(store: Store, mib: int, script: Script, latency_seconds: float) -> Comparison:
    """Whether an archive holds the script.

    Parameters:
        mib: MiB of weights in the archive.
        script: where it is: `first` as the packer puts it, or as somebody packed by hand.
        latency_seconds: added to each call.
    """
    bucket = store.new_bucket(f"bench-inspection-{script}")
    store.client().put_object(Bucket=bucket, Key=KEY, Body=_archive(mib, script))
    s3 = store.client(latency_seconds)
    source = pin(s3, bucket, KEY)

    def ranges() -> Outcome:
        reader = RangedReader(s3, source, clock=lambda: datetime.now(UTC), seconds=SECONDS)
        try:
            inspect(cast(IO[bytes], reader), GIB)
        except ArchiveRefused:
            return Outcome(lambda: False, reader.fetched)
        return Outcome(lambda: True, reader.fetched)

    def whole() -> Outcome:
        packed: bytes = s3.get_object(Bucket=bucket, Key=KEY)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
            found = any(member.name == SCRIPT and member.size for member in archive.getmembers())
        return Outcome(lambda: bool(found), len(packed))

    return Comparison(
        "upload inspection",
        f"{mib} MiB of weights, script {script}, {latency_seconds * 1000:.0f} ms per call",
        Way("growing ranges", ranges),
        Way("the whole archive", whole),
    )


def _archive(mib: int, script: Script) -> bytes:
    members = {WEIGHTS: Random(2).randbytes(mib * MIB)}  # noqa: S311 - only incompressible
    code = {} if script == "missing" else {SCRIPT: b"def model_fn(model_dir): ...\n"}
    ordered = {**code, **members} if script == "first" else {**members, **code}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for name, content in ordered.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
