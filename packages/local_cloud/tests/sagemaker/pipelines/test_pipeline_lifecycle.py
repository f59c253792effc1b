"""Jobs end with a reset and with the server, and rewriting paths runs whole pipelines too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_cloud import LocalCloud
from local_cloud.sagemaker.processing.sandbox import SANDBOX_VARIABLE
from local_cloud.testing.clients import clients_of
from local_cloud.testing.waiting import wait_for
from support.pipeline_kit import ROLE_ACTIONS, PipelineKit, is_still, s3_outputs

BEAT = (
    "import pathlib, sys, time\n"
    "while True:\n"
    "    pathlib.Path(sys.argv[1]).write_text(str(time.time()))\n"
    "    time.sleep(0.05)\n"
)
COPY = "import sys; open(sys.argv[1], 'w').write('through ' + sys.argv[1][:8])"


@pytest.fixture
def own_cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv(SANDBOX_VARIABLE, "rewriting")
    with LocalCloud(tmp_path / "cloud", hub=False) as cloud:
        yield cloud


def kit_of(cloud: LocalCloud) -> PipelineKit:
    client = clients_of(cloud)
    client("s3").create_bucket(
        Bucket="own-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    iam = client("iam")
    role = iam.create_role(RoleName="own", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    allow = {"Effect": "Allow", "Action": list(ROLE_ACTIONS), "Resource": "*"}
    iam.put_role_policy(
        RoleName="own",
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
    )
    return PipelineKit(client, "own", "own-bucket", role["Arn"])


TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
        }
    ],
}


def test_a_pipeline_runs_with_rewritten_paths(own_cloud: LocalCloud) -> None:
    kit = kit_of(own_cloud)
    outputs = s3_outputs("s3://own-bucket/out")
    path = "/opt/ml/processing/output/x.txt"
    kit.create(kit.step(COPY, path, ProcessingOutputConfig=outputs))
    status, steps = kit.run()
    assert status == "Succeeded", steps
    # the job saw its private folder, not a mount
    assert kit.text("out/x.txt") == f"through {str(own_cloud.state_dir)[:8]}"
    assert list((own_cloud.state_dir / "jobs").iterdir()) == []


def test_the_log_of_a_failed_job_says_that_literal_paths_do_not_exist(
    own_cloud: LocalCloud,
) -> None:
    kit = kit_of(own_cloud)
    kit.create(kit.step("open('/opt/ml/processing/output/x', 'w')"))
    assert kit.run()[0] == "Failed"
    logs, group = kit.client("logs"), "/aws/sagemaker/ProcessingJobs"
    (stream,) = logs.describe_log_streams(logGroupName=group)["logStreams"]
    events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])
    error, hint = (event["message"] for event in events["events"][-2:])
    assert error.startswith("FileNotFoundError")
    assert "literal /opt/ml paths in code do not exist on this machine" in hint
    assert "ContainerArguments" in hint


@pytest.mark.parametrize("end", ["reset", "stop"])
def test_a_running_job_does_not_outlive_its_account(
    own_cloud: LocalCloud, tmp_path: Path, end: str
) -> None:
    ends: dict[str, Callable[[], object]] = {
        "reset": lambda: own_cloud.control("reset", {}),
        "stop": own_cloud.stop,
    }
    kit = kit_of(own_cloud)
    beat = tmp_path / "beat"
    kit.create(kit.step(BEAT, str(beat)))
    kit.start()
    wait_for(beat.exists, 30, "the job's first sign of life")
    ends[end]()
    wait_for(lambda: is_still(beat), 15, "the job's end")
    if end == "reset":
        assert kit.sagemaker.list_processing_jobs()["ProcessingJobSummaries"] == []
        assert own_cloud.control("events") == []
