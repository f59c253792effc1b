"""Jobs end with a reset and with the server."""

from __future__ import annotations

import json
from pathlib import Path

from local_cloud import LocalCloud
from local_cloud.testing.clients import clients_of
from local_cloud.testing.waiting import wait_for
from support.pipeline_kit import ROLE_ACTIONS, PipelineKit, is_still

BEAT = (
    "import pathlib, sys, time\n"
    "while True:\n"
    "    pathlib.Path(sys.argv[1]).write_text(str(time.time()))\n"
    "    time.sleep(0.05)\n"
)


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


def test_a_running_job_does_not_outlive_its_account(tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    with LocalCloud(tmp_path / "cloud", hub=False) as cloud:

        def run_a_job() -> PipelineKit:
            kit = kit_of(cloud)
            kit.create(kit.step(BEAT, str(beat)))
            kit.start()
            wait_for(beat.exists, 30, "the job's first sign of life")
            return kit

        kit = run_a_job()
        cloud.control("reset", {})
        wait_for(lambda: is_still(beat), 15, "the job's end")
        assert kit.sagemaker.list_processing_jobs()["ProcessingJobSummaries"] == []
        assert cloud.control("events") == []
        beat.unlink()
        run_a_job()
    wait_for(lambda: is_still(beat), 15, "the job's end")
