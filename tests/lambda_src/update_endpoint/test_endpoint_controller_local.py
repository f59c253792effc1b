"""The navigation controller, called directly, against the local cloud's S3 and real instances."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local_cloud.testing.endpoint import IMAGE, Endpoint
from navigation_model.packer.archive import write_archive
from navigation_model.packer.light import LIGHT_CODE, LIGHT_MODEL, pack_light_release
from navigation_model.packer.release import release_members
from tests.fakes.navigation_world import SETTINGS
from update_endpoint import status
from update_endpoint.entry import Entry
from update_endpoint.reconcile import Clients, Outcome, reconcile
from update_endpoint.settings import UPLOAD_KEY, Rollout, Settings

KIND = "ml.g5.8xlarge"  # a type of its own: quotas are the account's
MUTE = (
    "def model_fn(model_dir):\n    return model_dir\n\n"
    "def predict_fn(data, model):\n    raise RuntimeError('no driver')\n"
)


class Controlled:
    """An endpoint, its controller and the controller's clock."""

    def __init__(self, endpoint: Endpoint, folder: Path) -> None:
        self.endpoint, self.folder = endpoint, folder
        self.ahead = timedelta()
        endpoint.s3.put_bucket_versioning(
            Bucket=endpoint.bucket, VersioningConfiguration={"Status": "Enabled"}
        )
        self.clients = Clients(
            endpoint.s3,
            endpoint.sagemaker,
            endpoint.client("application-autoscaling"),
            endpoint.runtime,
            endpoint.client("cloudwatch"),
        )
        self.settings: Settings = replace(
            SETTINGS,
            bucket=endpoint.bucket,
            endpoint=endpoint.name,
            prefix=f"{endpoint.name}-nav",
            hosting=replace(
                SETTINGS.hosting, role_arn=endpoint.role, image=IMAGE, instance_type=KIND
            ),
            rollout=Rollout(),
            max_instances=2,
        )

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def run(self) -> Outcome:
        return reconcile(self.clients, self.now, self.settings)

    def upload_light(self, label: str) -> None:
        packed = pack_light_release(self.folder / f"{label}.tar.gz", label)
        self.endpoint.s3.upload_file(str(packed.path), self.endpoint.bucket, UPLOAD_KEY)

    def upload_mute(self) -> None:
        members = release_members(LIGHT_MODEL, LIGHT_CODE) | {"code/inference.py": MUTE.encode()}
        packed = write_archive(members, self.folder / "mute.tar.gz", lambda _: None)
        self.endpoint.s3.upload_file(str(packed.path), self.endpoint.bucket, UPLOAD_KEY)

    def entries(self) -> list[Entry]:
        return list(status.load(self.endpoint.s3, self.endpoint.bucket).record.entries)

    def states(self) -> list[str]:
        return [entry.state for entry in self.entries()]

    def deploy(self, action: str) -> None:
        """A run that begins a deployment, its end, and the run that judges it."""
        assert self.run().action == action
        self.endpoint.settle("InService")
        self.run()

    def gone(self) -> None:
        """Lets a deletion end."""
        while self.endpoint.sagemaker.list_endpoints(NameContains=self.endpoint.name)["Endpoints"]:
            self.endpoint.pass_time("Deleting")


@pytest.fixture
def controlled(cloud: Any, client: Any, make_role: Any, unique: str, tmp_path: Path) -> Controlled:
    return Controlled(Endpoint(cloud, client, make_role, unique), tmp_path)


def test_release_that_answers_serves_with_driver_isolation_and_digest(
    controlled: Controlled,
) -> None:
    ami = "al2-ami-sagemaker-inference-gpu-3-1"
    hosting = replace(controlled.settings.hosting, ami=ami)
    controlled.settings = replace(controlled.settings, hosting=hosting)
    controlled.upload_light("one")
    controlled.deploy("Create")
    (entry,) = controlled.entries()
    assert entry.state == "serving"
    assert "@sha256:" in entry.image
    assert len(entry.config) <= 63
    sagemaker = controlled.endpoint.sagemaker
    config = sagemaker.describe_endpoint_config(EndpointConfigName=entry.config)
    assert config["ProductionVariants"][0]["InferenceAmiVersion"] == ami
    assert sagemaker.describe_model(ModelName=entry.model)["EnableNetworkIsolation"] is True
    assert controlled.run().action == "Keep"


def test_release_that_does_not_answer_makes_way_for_the_one_before(
    controlled: Controlled,
) -> None:
    controlled.upload_light("one")
    controlled.deploy("Create")
    controlled.upload_mute()
    controlled.deploy("Update")
    assert controlled.states() == ["superseded", "applying"]
    assert controlled.entries()[1].reason.startswith("in service, but the model answered")
    controlled.ahead += timedelta(minutes=15)
    assert controlled.run().action == "Delete"
    controlled.gone()
    controlled.deploy("Create")
    assert controlled.states() == ["serving", "failed"]
    assert controlled.run().action == "Keep"


def test_alarm_that_sounds_already_does_not_hold_the_next_release(
    controlled: Controlled,
) -> None:
    controlled.upload_light("one")
    controlled.deploy("Create")
    name = controlled.endpoint.name
    cloudwatch = controlled.endpoint.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/SageMaker",
        MetricName="Invocation5XXErrors",
        Dimensions=[{"Name": "EndpointName", "Value": name}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Threshold=0,
        TreatMissingData="breaching",
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    controlled.settings = replace(controlled.settings, rollout=Rollout(alarms=(name,)))
    controlled.upload_light("two")
    controlled.deploy("Update")
    assert controlled.states() == ["superseded", "serving"]


def test_quota_that_is_too_small_is_waited_for(controlled: Controlled) -> None:
    cloud = controlled.endpoint.cloud
    cloud.control("endpoints", {"quotas": {KIND: 0}})
    try:
        controlled.upload_light("one")
        assert controlled.run().release_failed == 1
        (entry,) = controlled.entries()
        assert entry.state == "waiting"
        assert f"{KIND} for endpoint usage' is 0" in entry.reason
        assert "ask Service Quotas for 4" in entry.reason
        assert controlled.run().action == "Wait"
    finally:
        cloud.control("endpoints", {"quotas": {KIND: None}})
    controlled.ahead += timedelta(minutes=5)
    controlled.deploy("Create")
    assert controlled.states() == ["serving"]
