"""Starting, stopping and staying local."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local_cloud import LocalCloud
from local_cloud.child import Child, StartupError
from tests.local_cloud.waiting import wait_for

REPOSITORY = Path(__file__).resolve().parents[2]


def listens(url: str) -> bool:
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_two_clouds_side_by_side_then_none(tmp_path: Path) -> None:
    with (
        LocalCloud(tmp_path / "a", hub=False) as first,
        LocalCloud(tmp_path / "b", hub=False) as second,
    ):
        assert first.endpoint_url != second.endpoint_url
        assert first.control("health") == second.control("health")
        urls = [first.endpoint_url, second.endpoint_url]
    assert [listens(url) for url in urls] == [False, False]


def test_stops_when_its_block_raises(tmp_path: Path) -> None:
    with pytest.raises(KeyError), LocalCloud(tmp_path, hub=False) as running:
        url = running.endpoint_url
        raise KeyError
    assert not listens(url)


def test_all_state_is_below_the_state_folder(tmp_path: Path) -> None:
    with LocalCloud(tmp_path / "state", hub=False) as running:
        process = next(
            path.parent
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if str(running.state_dir).encode() in _content(path)
        )
        variables = dict(
            entry.split("=", 1)
            for entry in _content(process / "environ").decode().split("\0")
            if "=" in entry
        )
    assert not [name for name in variables if name.startswith("AWS_")]
    assert variables["HOME"] == str(tmp_path / "state")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_taken_port_fails_with_the_log(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartupError, match="Address already in use") as caught:
            LocalCloud(tmp_path, port=port, hub=False).start()
    assert "server.log" in str(caught.value)


def test_child_that_never_answers_is_ended(tmp_path: Path) -> None:
    child = Child("sleeper", ["-c", "import time; time.sleep(60)"], tmp_path)
    with pytest.raises(StartupError, match="was not ready within"):
        child.wait_until(lambda: False, 0.2)
    assert not child.running()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104
def test_other_addresses_than_loopback_are_refused(host: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local_cloud", "--host", host, "--state-dir", str(tmp_path)],
        cwd=REPOSITORY,
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
        "c = LocalCloud(sys.argv[1]); c.start(); "
        "print(c.endpoint_url, c.hub_url, flush=True); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    urls = done.stdout.split()
    assert len(urls) == 2
    wait_for(lambda: not any(listens(url) for url in urls), 10, "the end of both orphans")


def test_environment_names_one_endpoint_and_no_profile(tmp_path: Path) -> None:
    with LocalCloud(tmp_path, hub=False) as running:
        environment = running.environment()
        assert environment["AWS_ENDPOINT_URL"] == running.endpoint_url
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
