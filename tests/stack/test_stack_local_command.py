"""`make local` as a user runs it: a file at the end, and nothing left after Ctrl-C or SIGTERM."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import catalogue
from vis_assis.build.environments import ROOT

pytestmark = pytest.mark.long  # each deploys on its own

# Of a laptop that works for another account: none of it may matter.
CALLERS = {
    "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
    "AWS_PROFILE": "work",
    "AWS_SESSION_TOKEN": "work",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "TF_CLI_ARGS": "-no-such-argument",
    "TF_DATA_DIR": "/nowhere",
    "TF_WORKSPACE": "work",
    "http_proxy": "http://127.0.0.1:9",
}
CLIENT = """
import boto3, json, os
call = lambda service: boto3.client(service)
names = json.loads(os.environ["VIS_ASSIS_PIPELINE_NAMES"])
pipelines = call("sagemaker").list_pipelines()["PipelineSummaries"]
bucket = call("s3").head_bucket(Bucket=os.environ["VIS_ASSIS_PRODUCTION_BUCKET"])
print(json.dumps({
    "account": call("sts").get_caller_identity()["Account"],
    "pipelines": [row["PipelineName"] for row in pipelines],
    "named": names,
    "bucket": bucket["BucketRegion"],
}))
"""


class LocalCommand:
    """`python -m vis_assis local` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "local.env"
        self.log = folder / "printed"
        self._state_dir = folder / "local"
        options = ["--state-dir", str(self._state_dir), "--environment-file", str(self.file)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "vis_assis", "local", *options],
                cwd=ROOT,
                env={**os.environ, **CALLERS},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.printed
            assert time.monotonic() < deadline, self.printed
            time.sleep(0.05)

    def endpoint(self) -> tuple[str, int]:
        """Host and port of the cloud."""
        server = json.loads((self._state_dir / "cloud" / "server.json").read_text())
        address = urlsplit(server["endpoint_url"])
        return str(address.hostname), int(address.port or 0)

    def descendants(self) -> dict[int, str]:
        """Command of each process below this one that still runs."""
        rows = [line.split(None, 3) for line in _ps("pid=,ppid=,stat=,command=").splitlines()]
        below = {self.process.pid}
        for _ in rows:
            found = {int(row[0]) for row in rows if int(row[1]) in below} | below
            if found == below:
                break
            below = found
        return {
            int(row[0]): row[3]
            for row in rows
            if int(row[0]) in below - {self.process.pid} and not row[2].startswith("Z")
        }

    def stop(self, *signals: int) -> None:
        """Sends the signals, and checks that nothing is left of it."""
        address, processes = self.endpoint(), self.descendants()
        assert processes
        for number in signals:
            self.process.send_signal(number)
            time.sleep(0.1)
        assert self.process.wait(30) == 0, self.printed
        assert "Traceback" not in self.printed
        assert not self.file.exists()
        with socket.socket() as probe:
            assert probe.connect_ex(address) != 0
        left = {pid: command for pid, command in processes.items() if _runs(pid, command)}
        assert left == {}


def _ps(columns: str, *arguments: str) -> str:
    command = ["ps", *(arguments or ["-A"]), "-ww", "-o", columns]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _runs(pid: int, command: str) -> bool:
    return _ps("command=", "-p", str(pid)).strip() == command.strip()


@pytest.fixture
def local_command(tmp_path: Path) -> Iterator[LocalCommand]:
    (tmp_path / "local.env").write_text("AWS_ENDPOINT_URL=http://127.0.0.1:1\n")  # of a killed run
    running = LocalCommand(tmp_path)
    yield running
    if running.process.poll() is None:
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()


def test_the_file_appears_when_all_is_ready_and_goes_with_the_cloud(
    local_command: LocalCommand,
) -> None:
    command = local_command
    command.wait_for(lambda: "Starting the local cloud" in command.printed, 30)
    command.wait_for(lambda: not command.file.exists(), 30)
    command.wait_for(command.file.exists, 280)
    script = 'set -a; . "$1"; set +a; env; exec "$2" -c "$3"'
    done = subprocess.run(
        ["env", "-i", "/bin/sh", "-euc", script, "sh", command.file, sys.executable, CLIENT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *lines, answers = done.stdout.splitlines()
    values = dict(line.split("=", 1) for line in lines)
    assert {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"} <= set(
        values
    )
    outputs = {name for name in values if name.startswith("VIS_ASSIS_")}
    # Those of Studio are null here, and Terraform leaves such outputs out.
    expected = {name for name in _outputs() if not name.startswith("studio_")}
    assert outputs == {f"VIS_ASSIS_{name.upper()}" for name in expected}
    answer = json.loads(answers)
    assert answer["account"] == values["AWS_ACCESS_KEY_ID"]
    assert answer["bucket"] == values["AWS_REGION"]
    assert set(answer["named"]) == set(catalogue.load(ROOT / "models.yaml").models)
    assert sorted(answer["pipelines"]) == sorted(answer["named"].values())
    command.stop(signal.SIGTERM)


def test_ctrl_c_during_the_deployment_ends_everything(local_command: LocalCommand) -> None:
    command = local_command
    command.wait_for(
        lambda: any("terraform-provider" in text for text in command.descendants().values()), 120
    )
    time.sleep(3)
    command.stop(signal.SIGINT, signal.SIGINT, signal.SIGTERM)
    assert "Ready" not in command.printed


def _outputs() -> set[str]:
    """The outputs but the one that is a file of its own and the one that nobody asked for."""
    texts = [path.read_text() for path in ROOT.glob("outputs*.tf")]
    names = {
        line.split('"')[1]
        for text in texts
        for line in text.splitlines()
        if line.startswith("output ")
    }
    return names - {"env_local", "model_approver_role_arn"}
