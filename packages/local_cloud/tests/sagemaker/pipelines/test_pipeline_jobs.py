"""Processing jobs: what they see, what they leave behind, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.sagemaker.processing.sandbox import PathRewriting, chosen_sandbox
from local_cloud.testing.waiting import wait_for
from support.pipeline_kit import PipelineKit, make_kit, s3_input, s3_outputs

SURVEY = """
import json, os, pathlib, sys
ml = pathlib.Path(sys.argv[1])
root = ml / "processing"
files = {p.relative_to(root).as_posix(): p.read_text() for p in root.rglob("*.txt")}
found = {"files": files, "environment": dict(os.environ), "cwd": os.getcwd()}
found["config"] = sorted(p.name for p in (ml / "config").iterdir())
out = root / "output" / "deep"
out.mkdir(parents=True)
(out / "found.json").write_text(json.dumps(found))
print("surveyed", len(files), "files")
"""
MESSAGE = "/opt/ml/output/message"


@pytest.fixture
def kit(client: Callable[..., Any], make_role: Callable[..., str], unique: str) -> PipelineKit:
    return make_kit(client, make_role, unique)


def create_job(kit: PipelineKit, code: str, *paths: str, **more: Any) -> None:
    job = kit.job(code, *paths, **more)
    kit.sagemaker.create_processing_job(ProcessingJobName=kit.name, **job)


def finished(kit: PipelineKit) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        job: dict[str, Any] = kit.sagemaker.describe_processing_job(ProcessingJobName=kit.name)
        return job if job["ProcessingJobStatus"] in ("Completed", "Failed", "Stopped") else None

    job = wait_for(ended, 40, "the end of the job")
    assert job is not None
    return job


def log_of(kit: PipelineKit) -> list[str]:
    logs, group = kit.client("logs"), "/aws/sagemaker/ProcessingJobs"
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=kit.name)
    assert len(streams["logStreams"]) == 1
    stream = streams["logStreams"][0]["logStreamName"]
    assert stream.startswith(f"{kit.name}/algo-1-")
    events = logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]
    return [event["message"] for event in events]


def test_a_job_sees_its_inputs_and_leaves_its_outputs(kit: PipelineKit) -> None:
    for key in ("data/a.txt", "data/sub/b.txt", "data2/c.txt", "other.txt"):
        kit.put(key, f"content of {key}")
    job = kit.job(SURVEY)
    bucket = f"s3://{kit.bucket}"
    inputs = [
        *job["ProcessingInputs"],
        s3_input("folder", f"{bucket}/data/", "/opt/ml/processing/input/folder"),
        s3_input("file", f"{bucket}/other.txt", "/opt/ml/processing/input/file"),
    ]
    more = {
        "ProcessingInputs": inputs,
        "ProcessingOutputConfig": s3_outputs(f"{bucket}/out/"),
        "Environment": {"CHOICE": "7"},
    }
    create_job(kit, SURVEY, "/opt/ml", **more)
    ended = finished(kit)
    assert ended["ProcessingJobStatus"] == "Completed", ended
    found = json.loads(kit.text("out/deep/found.json"))
    assert found["files"] == {
        "input/folder/a.txt": "content of data/a.txt",
        "input/folder/sub/b.txt": "content of data/sub/b.txt",
        "input/file/other.txt": "content of other.txt",
    }
    assert found["config"] == ["processingjobconfig.json", "resourceconfig.json"]
    environment = found["environment"]
    assert environment["CHOICE"] == "7"
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert not any(name.startswith(("LOCAL_CLOUD", "MINISTACK")) for name in environment)
    assert log_of(kit) == ["surveyed 3 files"]
    assert ended["ProcessingStartTime"] <= ended["ProcessingEndTime"]


def test_literal_paths_in_code_work_or_the_log_says_that_they_do_not(kit: PipelineKit) -> None:
    create_job(kit, f"open('{MESSAGE}', 'w').write('literal'); raise SystemExit(1)")
    job = finished(kit)
    if isinstance(chosen_sandbox(), PathRewriting):
        assert log_of(kit)[-1] == PathRewriting.hint
    else:
        assert (job["ExitMessage"], log_of(kit)) == ("literal", [])


def test_exit_code_and_message_of_a_failing_job_reach_the_step(kit: PipelineKit) -> None:
    code = (
        "import pathlib, sys\n"
        "pathlib.Path(sys.argv[1]).write_text('licence GPL-3.0 is not allowed')\n"
        "print('about to fail')\n"
        "sys.exit(3)\n"
    )
    outputs = s3_outputs(f"s3://{kit.bucket}/out")
    kit.create(kit.step(code, MESSAGE, ProcessingOutputConfig=outputs))
    status, steps = kit.run()
    assert status == "Failed"
    reason = "AlgorithmError: licence GPL-3.0 is not allowed, exit code: 3"
    assert steps["Job"]["FailureReason"] == f"ClientError: {reason}"
    name = steps["Job"]["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
    job = kit.sagemaker.describe_processing_job(ProcessingJobName=name)
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["ExitMessage"] == "licence GPL-3.0 is not allowed"
    assert job["FailureReason"] == reason


def test_a_long_exit_message_is_cut_to_one_kilobyte(kit: PipelineKit) -> None:
    create_job(kit, "import sys; open(sys.argv[1], 'w').write('x' * 5000); sys.exit(1)", MESSAGE)
    job = finished(kit)
    assert job["ExitMessage"] == "x" * 1024
    assert job["FailureReason"].endswith("exit code: 1")


def test_a_job_without_a_message_points_to_its_log(kit: PipelineKit) -> None:
    create_job(kit, "raise RuntimeError('broken')")
    job = finished(kit)
    assert job["FailureReason"] == (
        "AlgorithmError: See job logs for more information, exit code: 1"
    )
    assert "RuntimeError: broken" in log_of(kit)


def test_a_job_is_killed_at_its_time_limit(kit: PipelineKit) -> None:
    code = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_DFL)\ntime.sleep(60)\n"
    kit.create(kit.step(code, StoppingCondition={"MaxRuntimeInSeconds": 1}))
    status, steps = kit.run()
    assert status == "Failed"
    assert "MaxRuntimeExceeded: stopped after 1 seconds" in steps["Job"]["FailureReason"]
    name = steps["Job"]["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
    job = kit.sagemaker.describe_processing_job(ProcessingJobName=name)
    assert job["ProcessingJobStatus"] == "Stopped"


def test_stopping_a_job_ends_it(kit: PipelineKit) -> None:
    create_job(kit, "import time\nprint('waiting')\ntime.sleep(60)\n")
    wait_for(lambda: status_of(kit) == "InProgress")
    kit.sagemaker.stop_processing_job(ProcessingJobName=kit.name)
    assert finished(kit)["ProcessingJobStatus"] == "Stopped"
    with pytest.raises(ClientError, match="is in status Stopped"):
        kit.sagemaker.stop_processing_job(ProcessingJobName=kit.name)


def status_of(kit: PipelineKit) -> str:
    job = kit.sagemaker.describe_processing_job(ProcessingJobName=kit.name)
    return str(job["ProcessingJobStatus"])


def test_an_input_without_objects_fails_the_job(kit: PipelineKit) -> None:
    uri = f"s3://{kit.bucket}/nothing/"
    inputs = [s3_input("data", uri, "/opt/ml/processing/input/data")]
    create_job(kit, "pass", ProcessingInputs=inputs)
    job = finished(kit)
    assert job["ProcessingJobStatus"] == "Failed"
    assert f'No S3 objects found under S3 URL "{uri}"' in job["FailureReason"]


def test_jobs_are_listed_and_names_are_used_once(kit: PipelineKit) -> None:
    create_job(kit, "pass")
    with pytest.raises(ClientError) as caught:
        create_job(kit, "pass")
    assert caught.value.response["Error"]["Code"] == "ResourceInUse"
    finished(kit)
    listed = kit.sagemaker.list_processing_jobs(NameContains=kit.name, StatusEquals="Completed")
    assert [job["ProcessingJobName"] for job in listed["ProcessingJobSummaries"]] == [kit.name]
    kit.sagemaker.create_processing_job(ProcessingJobName=f"{kit.name}-2", **kit.job("pass"))
    listed = kit.sagemaker.list_processing_jobs(NameContains=kit.name)
    names = [job["ProcessingJobName"] for job in listed["ProcessingJobSummaries"]]
    assert names == [kit.name, f"{kit.name}-2"]  # oldest first, as the service model says
    with pytest.raises(
        ClientError, match=r"'statusEquals' failed .* enum value set: \[InProgress,"
    ):
        kit.sagemaker.list_processing_jobs(StatusEquals="Done")
    assert (
        kit.sagemaker.list_processing_jobs(NameContains=kit.name, StatusEquals="Failed")[
            "ProcessingJobSummaries"
        ]
        == []
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"NetworkConfig": {"EnableNetworkIsolation": True}}, "network isolation"),
        ({"ProcessingOutputConfig": s3_outputs("s3://b/k", "/tmp/out")}, "must lie below"),  # noqa: S108
        ({"RoleArn": "arn:aws:iam::123456789012:role/nobody"}, "does not exist"),
    ],
)
def test_a_job_that_cannot_run_as_asked_is_refused(
    kit: PipelineKit, change: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ClientError, match=problem):
        create_job(kit, "pass", **change)
