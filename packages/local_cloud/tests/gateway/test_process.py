"""Starting, stopping and staying local."""

from __future__ import annotations

import json
import os
import pwd
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import pytest

from local_cloud import LocalCloud, StartupError
from local_cloud.launch import child
from local_cloud.launch.child import Child
from local_cloud.testing import clients_of, wait_for
from support import functions, hub_repositories

pytestmark = pytest.mark.xdist_group("process")


def listens(url: str) -> bool:
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_two_clouds_run_side_by_side(cloud: LocalCloud, other: LocalCloud) -> None:
    assert cloud.endpoint_url != other.endpoint_url
    chosen = {"account": other.account_id, "region": "us-east-2"}
    assert other.control("health") == {**cloud.control("health"), **chosen}


def test_all_state_is_below_the_state_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Used all round, by a caller whose home and temporary folders are empty."""
    home, temporary, state = (tmp_path / name for name in ("home", "tmp", "state"))
    for folder in (home, temporary):
        folder.mkdir()
    monkeypatch.setattr(child, "_INHERITED", (*child._INHERITED, "TMPDIR"))
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("LOCAL_CLOUD_CODE", raising=False)
    before = _entries_of_shared_folders()
    started = _note_environments(monkeypatch)
    repositories = hub_repositories.write(tmp_path / "repositories")
    with LocalCloud(state, hub=True, repositories=[repositories]) as running:
        _use(running)
        files = {path for path in state.rglob("*") if path.is_file()}
    assert any(path.name == "handler.py" for path in files)
    assert [path for folder in (home, temporary) for path in folder.rglob("*")] == []
    assert _entries_of_shared_folders() - before == set()
    (variables,) = (started[command] for command in started if "-m local_cloud --port" in command)
    assert not [name for name in variables if name.startswith("AWS_")]
    assert variables["HOME"] == str(state)


def _note_environments(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """Fills with the environment of each process that is started from here, by its command."""
    started: dict[str, dict[str, str]] = {}
    start = subprocess.Popen

    def noted(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        started[" ".join(map(str, command))] = dict(options.get("env") or {})
        return start(command, **options)

    monkeypatch.setattr(subprocess, "Popen", noted)
    return started


def _use(cloud: LocalCloud) -> None:
    """Has every kind of file made: an object, a function that writes, a model in the hub."""
    keys = cloud.environment()

    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=cloud.endpoint_url,
            region_name=keys["AWS_REGION"],
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )

    where = {"LocationConstraint": keys["AWS_REGION"]}
    client("s3").create_bucket(Bucket="bucket", CreateBucketConfiguration=where)
    upload = client("s3").create_multipart_upload(Bucket="bucket", Key="big")
    client("s3").upload_part(
        Bucket="bucket", Key="big", UploadId=upload["UploadId"], PartNumber=1, Body=b"x" * 6_000_000
    )
    client("s3").put_object(Bucket="bucket", Key="k", Body=b"x" * 1_000_000)
    trust = {"Version": "2012-10-17", "Statement": []}
    role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))
    source = """
        import pathlib, tempfile
        def handle(event, context):
            with tempfile.NamedTemporaryFile(delete=False) as file:
                file.write(b"x")
            return file.name
        """
    functions.create_function(client, "f", role["Role"]["Arn"], source)
    assert Path(functions.invoke(client, "f")).is_relative_to(cloud.state_dir)
    url = f"{cloud.hub_url}/Team/depth/resolve/main/config.json"
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url) as answer:
        assert answer.read()


def _entries_of_shared_folders() -> set[Path]:
    """What is directly in the folders of the machine that an emulator might fall back to."""
    user = Path(pwd.getpwuid(os.getuid()).pw_dir)
    names = ("ministack*", "moto*", "lambda*", "localstack*", "vis-assis*")
    folders = (Path("/tmp"), Path("/var/tmp"), user)  # noqa: S108 - looked at, not written to
    return {path for folder in folders for name in names for path in folder.glob(name)} | {
        path for path in (user / ".aws", user / ".ministack", user / ".moto") if path.exists()
    }


def test_taken_port_fails_with_the_log(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartupError, match="Address already in use") as caught:
            LocalCloud(tmp_path, port=port, hub=False).start()
    assert "server.log" in str(caught.value)


def test_child_that_never_answers_is_ended(tmp_path: Path) -> None:
    sleeper = Child("sleeper", ["-c", "import time; time.sleep(60)"], tmp_path)
    with pytest.raises(StartupError, match="was not ready within"):
        sleeper.wait_until(lambda: False, 0.2)
    assert not sleeper.running()


@pytest.mark.parametrize("host", ["0.0.0.0", "example.org"])  # noqa: S104
def test_other_addresses_than_loopback_are_refused(host: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local_cloud", "--host", host, "--state-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "bind it to 127.0.0.1" in done.stderr


def test_ends_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import os, sys; from local_cloud import LocalCloud; "
        "c = LocalCloud(sys.argv[1], hub=True); c.start(); "
        "print(c.endpoint_url, c.hub_url, flush=True); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    urls = done.stdout.split()
    assert len(urls) == 2
    wait_for(lambda: not any(listens(url) for url in urls), 10, "the end of both orphans")


def test_account_and_region_are_chosen_at_the_start(other: LocalCloud) -> None:
    client = clients_of(other)
    assert client("sts").get_caller_identity()["Account"] == other.account_id
    queue = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    names = ["QueueArn"]
    answer = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    assert answer["Attributes"]["QueueArn"] == f"arn:aws:sqs:us-east-2:{other.account_id}:q"
    made = client("sagemaker").create_model_package_group(ModelPackageGroupName="g")
    assert made["ModelPackageGroupArn"].split(":")[3:5] == ["us-east-2", other.account_id]
    other.control("reset", {})
    assert other.control("inventory") == {}


def test_an_account_id_has_twelve_digits(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="an account id has twelve digits, unlike '1234'"):
        LocalCloud(tmp_path, account_id="1234").start()


def test_environment_names_one_endpoint_and_no_profile(cloud: LocalCloud) -> None:
    environment = cloud.environment()
    assert environment["AWS_ENDPOINT_URL"] == cloud.endpoint_url
    assert environment["AWS_ACCESS_KEY_ID"] == "123456789012"
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "eu-west-1"
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert not Path(environment[name]).exists()
    script = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "arn:aws:iam::123456789012:root"
