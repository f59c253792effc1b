"""The controller's surroundings: an upload bucket, hosting, scaling and a clock."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.fakes import archives
from tests.fakes.alarms import FakeAlarms
from tests.fakes.answering import FakeRuntime
from tests.fakes.clock import Clock
from tests.fakes.hosting import FakeHosting, HostedEndpoint
from tests.fakes.s3 import FakeS3
from tests.fakes.scaling import FakeScaling
from update_endpoint.reconcile import Clients, Outcome, reconcile
from update_endpoint.settings import STATUS_KEY, UPLOAD_KEY, Hosting, Rollout, Settings

BUCKET = "vis-assis-sagemaker-endpoint-model-123456789012"
ENDPOINT = "paligemma-endpoint-123456789012"
SETTINGS = Settings(
    bucket=BUCKET,
    endpoint=ENDPOINT,
    prefix="vis-assis-navigation",
    stack="vis-assis",
    hosting=Hosting(
        role_arn="arn:aws:iam::123456789012:role/vis-assis-navigation",
        image="763104351884.dkr.ecr.eu-west-1.amazonaws.com/inference:1",
        environment={"SAGEMAKER_PROGRAM": "inference.py"},
        instance_type="ml.g5.xlarge",
    ),
    rollout=Rollout(alarms=("errors", "latency")),
)


class NavigationWorld:
    """One stack; `settle` runs the controller and the endpoint until nothing moves."""

    def __init__(self, settings: Settings = SETTINGS) -> None:
        self.settings = settings
        self.clock = Clock()
        self.s3 = FakeS3(self.clock, BUCKET)
        self.scaling = FakeScaling()
        self.alarms = FakeAlarms()
        self.hosting = FakeHosting(self.clock, self.s3, self.scaling, self.alarms)
        self.runtime = FakeRuntime(self.hosting)
        self.clients = Clients(self.s3, self.hosting, self.scaling, self.runtime, self.alarms)

    def configure(self, **hosting: Any) -> None:
        """Other values for what Terraform feeds in."""
        self.settings = replace(self.settings, hosting=replace(self.settings.hosting, **hosting))

    def upload(self, content: bytes, **arguments: Any) -> str:
        """Version id of a new object at the upload key."""
        self.clock.advance(1)
        answer = self.s3.put_object(Bucket=BUCKET, Key=UPLOAD_KEY, Body=content, **arguments)
        return str(answer["VersionId"])

    def run(self) -> Outcome:
        """One run of the controller."""
        self.clock.advance(1)
        return reconcile(self.clients, self.clock, self.settings)

    def finish(self) -> str:
        """Ends what the endpoint is doing."""
        self.clock.advance(300)
        return self.hosting.finish(ENDPOINT)

    def settle(self, rounds: int = 30) -> Outcome:
        """Alternates runs and state changes until a run finds the endpoint at rest, unchanged."""
        for _ in range(rounds):
            outcome = self.run()
            if outcome.action == "Keep":
                return outcome
            if self.endpoint and self.endpoint.status not in ("InService", "Failed"):
                self.finish()
            else:
                self.clock.advance(3600)
        raise AssertionError(f"still moving after {rounds} rounds: {outcome}")

    @property
    def endpoint(self) -> HostedEndpoint | None:
        return self.hosting.endpoints.get(ENDPOINT)

    @property
    def live(self) -> HostedEndpoint:
        """The endpoint, which must be there."""
        assert self.endpoint is not None
        return self.endpoint

    def serves(self, content: bytes) -> bool:
        """Whether the endpoint answers with this archive's script, also on a new instance."""
        script = archives.load_script(content)
        live = self.live
        return live.status == "InService" and live.serving == script == self.hosting.load(
            live.config
        )

    def record(self) -> list[dict[str, Any]]:
        """Entries of the stored status record, oldest first."""
        current = self.s3.buckets[BUCKET].current(STATUS_KEY)
        assert current is not None
        entries: list[dict[str, Any]] = json.loads(current.body or b"")["releases"]
        return entries

    def states(self) -> list[str]:
        return [entry["state"] for entry in self.record()]

    def keys(self, prefix: str = "") -> list[str]:
        bucket = self.s3.buckets[BUCKET]
        return [
            key for key in sorted(bucket.versions) if bucket.current(key) and key.startswith(prefix)
        ]

    def calls(self, operation: str) -> list[dict[str, Any]]:
        """Arguments of every call of an operation on SageMaker hosting."""
        return [arguments for name, arguments in self.hosting.history if name == operation]
