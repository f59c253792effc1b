"""A registry, two buckets and a clock, with what people and the promotion function do to them."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from promote_model.reconcile import Outcome, reconcile
from tests.unit.fakes.clock import Clock
from tests.unit.fakes.registry import PREFIX, FakeRegistry
from tests.unit.fakes.s3_store import Version
from tests.unit.fakes.s3_versions import FakeVersionedS3

TYPE = "depth"
GROUP = "vis-assis-depth-model-package-group"
OUTPUT = "output"
PRODUCTION = "production"
SWEEP: dict[str, Any] = {"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}


class World:
    """One model type. Every deed of a person takes a second, unless `tick` is 0."""

    def __init__(self, tick: float = 1) -> None:
        self.clock = Clock()
        self.tick = tick
        self.copy_in_parts_above = 1000
        self.s3 = FakeVersionedS3(self.clock, OUTPUT, PRODUCTION)
        self.registry = FakeRegistry(self.clock, GROUP)

    def register(
        self, content: bytes | None = None, *, name: str = "model.zip", described: bool = True
    ) -> int:
        """A new version with its artifact; without metadata unless `described`."""
        self.clock.advance(self.tick)
        body = content
        if body is None:
            body = f"package {self.registry.last_version[GROUP] + 1}".encode()
        digest = hashlib.sha256(body).hexdigest()
        metadata = {"zip_sha256": digest, "zip_bytes": str(len(body))} if described else {}
        return self.registry.register(GROUP, self.artifact(body, name), metadata)

    def artifact(self, body: bytes, name: str = "model.zip") -> str:
        """URI of an artifact that a pipeline run left for the next version."""
        key = f"pipelines/{TYPE}/run-{self.registry.last_version[GROUP] + 1}/{name}"
        self.s3.put_object(Bucket=OUTPUT, Key=key, Body=body, ContentType="application/zip")
        return f"s3://{OUTPUT}/{key}"

    def approve(self, version: int) -> dict[str, Any]:
        return self.set_status(version, "Approved")

    def reject(self, version: int) -> dict[str, Any]:
        return self.set_status(version, "Rejected")

    def set_status(self, version: int, status: str) -> dict[str, Any]:
        """The event of the change."""
        self.clock.advance(self.tick)
        self.registry.set_status(GROUP, version, status)
        return self.registry.events[-1]

    def upload(
        self,
        content: bytes = b"by hand",
        name: str = "model.zip",
        *,
        took: float = 0,
        overtaken: bool = False,
    ) -> dict[str, Any]:
        """The event of a manual upload to the production bucket.

        Parameters:
            took: seconds from the first part to the last; 0 for an upload in one piece.
            overtaken: S3 puts it behind what was made at its key since it began.
        """
        self.clock.advance(self.tick)
        key = f"{TYPE}/{name}"
        self.s3.put_object(Bucket=PRODUCTION, Key=key, Body=content)
        version = self.s3.buckets[PRODUCTION].current(key)
        assert version is not None
        began = self.clock() - timedelta(seconds=took)
        version.modified_at = began.replace(microsecond=0)
        if overtaken:
            self.versions(name).sort(key=lambda item: item.modified_at)
        return {
            "detail-type": "Object Created",
            "time": self.clock().replace(microsecond=0).isoformat(),
            "detail": {
                "object": {"key": key, "version-id": version.version_id},
                "reason": "CompleteMultipartUpload" if took else "PutObject",
            },
        }

    def copy(self, source: Version, name: str = "model.zip") -> None:
        """A copy into the production bucket as S3 and its console make it: tags go along."""
        self.clock.advance(self.tick)
        self.s3.put_object(
            Bucket=PRODUCTION,
            Key=f"{TYPE}/{name}",
            Body=source.body,
            Metadata=source.metadata,
            Tagging=urlencode(source.tags),
        )

    def versions(self, name: str = "model.zip") -> list[Version]:
        """Every version of a file in production, the oldest first, delete markers included."""
        return self.s3.buckets[PRODUCTION].versions[f"{TYPE}/{name}"]

    def remove(self, name: str = "model.zip") -> None:
        """A manual deletion in the production bucket."""
        self.clock.advance(self.tick)
        self.s3.delete_object(Bucket=PRODUCTION, Key=f"{TYPE}/{name}")

    def run(self, event: dict[str, Any] | None = None) -> Outcome:
        """One promotion run; a sweep unless an event is given."""
        return reconcile(
            TYPE,
            GROUP,
            event or SWEEP,
            sagemaker=self.registry,
            s3=self.s3,
            bucket=PRODUCTION,
            arn_prefix=f"{PREFIX}/{GROUP}/",
            copy_in_parts_above=self.copy_in_parts_above,
            now=self.clock,
        )

    def shown(self) -> dict[str, bytes]:
        """Content of every .zip object of the type in production, by file name."""
        bucket = self.s3.buckets[PRODUCTION]
        found = {}
        for key in bucket.live_keys():
            version = bucket.current(key)
            if key.startswith(f"{TYPE}/") and key.endswith(".zip") and version:
                found[key.removeprefix(f"{TYPE}/")] = version.body or b""
        return found

    def tags(self, name: str = "model.zip") -> dict[str, str]:
        version = self.s3.buckets[PRODUCTION].current(f"{TYPE}/{name}")
        assert version is not None
        return version.tags

    def record(self) -> dict[str, Any]:
        """The promotion record."""
        version = self.s3.buckets[PRODUCTION].current(f"promotions/{TYPE}.json")
        assert version is not None
        content: dict[str, Any] = json.loads(version.body or b"")
        return content

    def copies(self) -> int:
        """How many copies into production were made so far."""
        return sum(operation == "CopyObject" for operation, _ in self.s3.history)
