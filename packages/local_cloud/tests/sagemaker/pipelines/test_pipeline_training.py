"""Training steps: what a script in script mode sees, what becomes of its model, how it ends.

The contract is that of https://github.com/aws/sagemaker-training-toolkit, and of
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.pipeline_kit import IMAGE, PipelineKit, make_kit

SCRIPT = """
import json, os, pathlib, sys
model, ml = pathlib.Path(os.environ["SM_MODEL_DIR"]), pathlib.Path(os.environ["SM_INPUT_DIR"])
found = {
    "arguments": sys.argv[1:],
    "base": (pathlib.Path(os.environ["SM_CHANNEL_BASE"]) / "base.txt").read_text(),
    "code": sorted(path.name for path in pathlib.Path.cwd().iterdir()),
    "hyperparameters": json.loads((ml / "config" / "hyperparameters.json").read_text()),
    "channels": json.loads((ml / "config" / "inputdataconfig.json").read_text()),
    "hosts": json.loads((ml / "config" / "resourceconfig.json").read_text())["hosts"],
    "environment": {k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
}
(model / "deep").mkdir()
(model / "deep" / "found.json").write_text(json.dumps(found))
(pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"]) / "loss.txt").write_text("0.1")
print("trained for", sys.argv[2])
"""


@pytest.fixture
def kit(client: Callable[..., Any], make_role: Callable[..., str], unique: str) -> PipelineKit:
    return make_kit(client, make_role, unique)


def request(kit: PipelineKit, code: str, **more: Any) -> dict[str, Any]:
    """A CreateTrainingJob request that runs ``code`` in script mode."""
    kit.put("script/run.py", code)
    kit.put("base/base.txt", "weights")

    def channel(name: str) -> dict[str, Any]:
        source = {
            "S3DataType": "S3Prefix",
            "S3Uri": f"s3://{kit.bucket}/{name}/",
            "S3DataDistributionType": "FullyReplicated",
        }
        return {"ChannelName": name, "DataSource": {"S3DataSource": source}}

    return {
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "HyperParameters": {
            "sagemaker_program": "run.py",
            "sagemaker_submit_directory": "/opt/ml/input/data/script",
            "epochs": "3",
            "name": '"quoted"',
        },
        "InputDataConfig": [channel("script"), channel("base")],
        "OutputDataConfig": {"S3OutputPath": f"s3://{kit.bucket}/out/"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 1,
        },
        "RoleArn": kit.role,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **more,
    }


def step(kit: PipelineKit, code: str, **more: Any) -> dict[str, Any]:
    return {"Name": "Train", "Type": "Training", "Arguments": request(kit, code, **more)}


def job_of(kit: PipelineKit, steps: dict[str, Any]) -> dict[str, Any]:
    name = steps["Train"]["Metadata"]["TrainingJob"]["Arn"].rpartition("/")[2]
    assert name.startswith("pipelines-")
    job: dict[str, Any] = kit.sagemaker.describe_training_job(TrainingJobName=name)
    return job


def unpacked(kit: PipelineKit, key: str) -> dict[str, bytes]:
    body = kit.client("s3").get_object(Bucket=kit.bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        return {member.name: archive.extractfile(member).read() for member in files}  # type: ignore[union-attr]


def test_a_script_sees_its_channels_and_leaves_a_model(kit: PipelineKit) -> None:
    later = kit.step("import os, sys; print(os.listdir(sys.argv[1]))", "/opt/ml/processing/input")
    later["Arguments"]["Environment"] = {
        "MODEL": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}
    }
    kit.create(step(kit, SCRIPT), later)
    status, steps = kit.run()
    assert status == "Succeeded", steps
    job = job_of(kit, steps)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Completed", "Completed")
    folder = f"out/{job['TrainingJobName']}/output"
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == f"s3://{kit.bucket}/{folder}/model.tar.gz"
    assert job["TrainingStartTime"] <= job["TrainingEndTime"]

    found = json.loads(unpacked(kit, f"{folder}/model.tar.gz")["deep/found.json"])
    assert unpacked(kit, f"{folder}/output.tar.gz") == {"loss.txt": b"0.1"}
    assert found["arguments"] == ["--epochs", "3", "--name", "quoted"]
    assert found["base"] == "weights"
    assert found["code"] == ["run.py"]
    assert found["hyperparameters"]["epochs"] == "3"
    assert found["channels"]["base"]["TrainingInputMode"] == "File"
    assert found["hosts"] == ["algo-1"]
    environment = found["environment"]
    assert environment["TRAINING_JOB_NAME"] == job["TrainingJobName"]
    assert json.loads(environment["SM_CHANNELS"]) == ["base", "script"]
    assert json.loads(environment["SM_HPS"]) == {"epochs": 3, "name": "quoted"}
    assert environment["SM_HP_EPOCHS"] == "3"
    assert environment["SM_CURRENT_INSTANCE_TYPE"] == "ml.m5.large"
    listed = kit.sagemaker.list_training_jobs(NameContains=job["TrainingJobName"])
    assert [item["TrainingJobStatus"] for item in listed["TrainingJobSummaries"]] == ["Completed"]

    logs, name = kit.client("logs"), job["TrainingJobName"]
    group = "/aws/sagemaker/TrainingJobs"
    (stream,) = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=name)[
        "logStreams"
    ]
    events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])
    assert [event["message"] for event in events["events"]] == ["trained for 3"]


def test_a_tarball_in_s3_is_unpacked(kit: PipelineKit) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        content = b"import pathlib; pathlib.Path('/dev/null').write_text('x')"
        member = tarfile.TarInfo("train.py")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    key = "code/sourcedir.tar.gz"
    kit.client("s3").put_object(Bucket=kit.bucket, Key=key, Body=packed.getvalue())
    hyperparameters = {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": f"s3://{kit.bucket}/{key}",
    }
    kit.create(step(kit, "", HyperParameters=hyperparameters))
    status, steps = kit.run()
    assert status == "Succeeded", steps


def test_a_script_that_fails_fails_the_step_as_the_toolkit_words_it(kit: PipelineKit) -> None:
    kit.create(step(kit, "raise SystemExit(3)"))
    status, steps = kit.run()
    assert status == "Failed"
    reason = steps["Train"]["FailureReason"]
    assert reason.startswith("ClientError: AlgorithmError: ExecuteUserScriptError:\nExitCode 3\n")
    assert reason.endswith('run.py --epochs 3 --name quoted", exit code: 1')
    assert "ModelArtifacts" not in job_of(kit, steps)


def test_an_entrypoint_of_its_own_gets_only_what_the_platform_gives(kit: PipelineKit) -> None:
    code = (
        "import os, pathlib, sys\n"
        "assert 'SM_MODEL_DIR' not in os.environ\n"
        "pathlib.Path(sys.argv[1]).write_text('no data')\n"
        "sys.exit(7)\n"
    )
    algorithm = {
        "TrainingImage": IMAGE,
        "TrainingInputMode": "File",
        "ContainerEntrypoint": ["python3", "/opt/ml/input/data/script/run.py"],
        "ContainerArguments": ["/opt/ml/output/failure"],
    }
    kit.create(step(kit, code, AlgorithmSpecification=algorithm))
    _, steps = kit.run()
    assert steps["Train"]["FailureReason"] == "ClientError: AlgorithmError: no data, exit code: 7"


def test_a_job_that_takes_too_long_is_stopped_and_keeps_its_model(kit: PipelineKit) -> None:
    code = (
        "import os, pathlib, time\n"
        "(pathlib.Path(os.environ['SM_MODEL_DIR']) / 'half').write_text('h')\n"
        "time.sleep(60)\n"
    )
    kit.create(step(kit, code, StoppingCondition={"MaxRuntimeInSeconds": 3}))
    status, steps = kit.run()
    job = job_of(kit, steps)
    assert status == "Failed"
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    uri = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert unpacked(kit, uri.removeprefix(f"s3://{kit.bucket}/")) == {"half": b"h"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"HyperParameters": {"epochs": "1"}}, "the hyperparameter sagemaker_program"),
        ({"EnableNetworkIsolation": True}, "network isolation is not emulated"),
    ],
)
def test_what_cannot_run_is_refused(kit: PipelineKit, more: dict[str, Any], says: str) -> None:
    asked = request(kit, "", **more)
    with pytest.raises(ClientError, match=says):
        kit.sagemaker.create_training_job(TrainingJobName="job", **asked)


def test_a_role_that_may_not_train_fails_the_step(
    client: Callable[..., Any], make_role: Callable[..., str], unique: str
) -> None:
    kit = make_kit(client, make_role, unique, "sagemaker:CreateTrainingJob")
    kit.create(step(kit, ""))
    _, steps = kit.run()
    assert "Failed to invoke sagemaker:CreateTrainingJob" in steps["Train"]["FailureReason"]
    assert "AccessDeniedException" in steps["Train"]["FailureReason"]
