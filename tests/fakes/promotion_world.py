"""A registry, two buckets and a clock, with what people and the promotion function do to them."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from io import StringIO
from typing import Any

from common.logging import build_logger
from common.model_index import INDEX_KEY, Entry, Model, parse
from promote_model.index_writer import IndexWriter
from promote_model.reconcile import Outcome, Place, reconcile
from tests.fakes.clock import Clock
from tests.fakes.kms import FakeKms
from tests.fakes.model_zips import model_in, model_zip
from tests.fakes.registry import FakeRegistry
from tests.fakes.s3 import FakeS3
from tests.fakes.s3_store import Version

TYPE = "depth"
GROUP = "vis-assis-depth-model-package-group"
OUTPUT = "output"
PRODUCTION = "production"
LIFETIME = timedelta(days=14)
SWEEP: dict[str, Any] = {"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}
LOGGER = build_logger(service="test-promotion", stream=StringIO())


class World:
    """One model type. Every deed of a person takes a second, unless `tick` is 0."""

    def __init__(self, tick: float = 1) -> None:
        self.clock = Clock()
        self.tick = tick
        self.copy_in_parts_above = 1 << 20
        self.s3 = FakeS3(self.clock, OUTPUT, PRODUCTION)
        self.kms = FakeKms()
        self.is_signed = True
        self.groups = {TYPE: GROUP}
        self.registry = FakeRegistry(self.clock, GROUP)
        self.alarms: list[int] = []

    def register(
        self,
        content: bytes | None = None,
        *,
        name: str = "model.zip",
        described: bool = True,
        body: bytes | None = None,
    ) -> int:
        """A new version with its artifact.

        Args:
            content: of the model in the zip.
            described: whether its metadata have size and checksum.
            body: the artifact itself, in place of a zip with `content`.
        """
        self.clock.advance(self.tick)
        if content is None:
            content = f"package {self.registry.last_version[GROUP] + 1}".encode()
        body = model_zip(content) if body is None else body
        digest = hashlib.sha256(body).hexdigest()
        metadata = {"zip_sha256": digest, "zip_bytes": str(len(body))} if described else {}
        return self.registry.register(GROUP, self.artifact(body, name), metadata)

    def artifact(self, body: bytes, name: str = "model.zip") -> str:
        """URI of an artifact that a pipeline run left for the next version."""
        key = f"pipelines/{TYPE}/run-{self.registry.last_version[GROUP] + 1}/{name}"
        self.s3.put_object(Bucket=OUTPUT, Key=key, Body=body, ContentType="application/zip")
        return f"s3://{OUTPUT}/{key}"

    def approved(self, content: bytes | None = None, **options: Any) -> int:
        """A new version that is approved at once; as `register`."""
        version = self.register(content, **options)
        self.approve(version)
        return version

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
        body: bytes | None = None,
    ) -> Version:
        """A manual upload to the production bucket.

        Args:
            content: of the model in the zip.
            took: seconds from the first part to the last; 0 for an upload in one piece.
            body: the object itself, in place of a zip with `content`.
        """
        self.clock.advance(self.tick)
        key = f"{TYPE}/{name}"
        body = model_zip(content) if body is None else body
        self.s3.put_object(Bucket=PRODUCTION, Key=key, Body=body)
        version = self.s3.buckets[PRODUCTION].current(key)
        assert version is not None
        version.modified_at = (self.clock() - timedelta(seconds=took)).replace(microsecond=0)
        return version

    def versions(self, name: str = "model.zip") -> list[Version]:
        """Every version of an upload, the oldest first, delete markers included."""
        return self.s3.buckets[PRODUCTION].versions[f"{TYPE}/{name}"]

    def remove(self, name: str = "model.zip") -> None:
        """A manual deletion in the production bucket."""
        self.clock.advance(self.tick)
        self.s3.delete_object(Bucket=PRODUCTION, Key=f"{TYPE}/{name}")

    def run(self, event: dict[str, Any] | None = None) -> Outcome:
        """One promotion run; a sweep unless an event is given."""
        return reconcile(self.place(), TYPE, event or SWEEP)

    def place(self) -> Place:
        return Place(
            sagemaker=self.registry,
            s3=self.s3,
            groups=self.groups,
            bucket=PRODUCTION,
            index=self.index(),
            copy_in_parts_above=self.copy_in_parts_above,
            now=self.clock,
            logger=LOGGER,
            alarm=self.alarms.append,
        )

    def index(self) -> IndexWriter:
        key = self.kms.key() if self.is_signed else None
        return IndexWriter(self.s3, PRODUCTION, self.groups, key, LIFETIME, self.clock, LOGGER)

    def entry(self) -> Entry | None:
        """What the index says."""
        index = self.s3.buckets[PRODUCTION].current(INDEX_KEY)
        return parse(index.body or b"").get(TYPE) if index else None

    def model(self) -> Model:
        """The model that the index names; there has to be one."""
        entry = self.entry()
        assert entry is not None
        assert entry.model is not None
        return entry.model

    def served(self) -> Version:
        """The object that the index names."""
        model = self.model()
        return self.s3.buckets[PRODUCTION].find(model.key, model.version_id, "GetObject")

    def shown(self) -> bytes | None:
        """What the app would get: the model in the zip that the index names."""
        entry = self.entry()
        if entry is None or entry.model is None:
            return None
        served, model = self.served(), entry.model
        body = served.body or b""
        assert hashlib.sha256(body).hexdigest() == model.sha256
        assert (len(body), served.etag.strip('"')) == (model.bytes, model.etag)
        return model_in(body)

    def live_zips(self) -> list[str]:
        """Keys of the zips that are current objects of the production bucket."""
        keys = self.s3.buckets[PRODUCTION].live_keys()
        return [key for key in keys if key.endswith(".zip")]

    def record(self) -> dict[str, Any]:
        """The promotion record."""
        version = self.s3.buckets[PRODUCTION].current(f"promotions/{TYPE}.json")
        assert version is not None
        content: dict[str, Any] = json.loads(version.body or b"")
        return content

    def reasons(self) -> dict[str, str]:
        """Why what was refused is not served, by its name."""
        return {item["name"]: item["reason"] for item in self.record()["refused"].values()}

    def copies(self) -> int:
        """How many copies into production were made so far."""
        return sum(operation == "CopyObject" for operation, _ in self.s3.history)
