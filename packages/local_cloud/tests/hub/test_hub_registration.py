"""Further repositories from a folder, and the same content at every start."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local_cloud import StartupError
from local_cloud.hub.repository_folder import read_repository
from local_cloud.testing import HubServer, wait_for

HASH = "ab" * 20


pytestmark = pytest.mark.xdist_group("hub")


def register(hub: HubServer, path: str, content: bytes | str) -> None:
    target = hub.repositories / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.encode() if isinstance(content, str) else content)


def test_a_sixth_model_is_served_without_a_restart(hub: HubServer, tmp_path: Path) -> None:
    register(hub, "Somebody/sixth/main/config.json", '{"version": 2}')
    register(hub, "Somebody/sixth/main/onnx/model_quantized.onnx", b"weights" * 100)
    register(hub, f"Somebody/sixth/{HASH}/config.json", '{"version": 1}')
    register(hub, "Somebody/sixth/repository.json", json.dumps({"licence": "mit"}))
    code = f"""
name = "somebody/sixth"
info = HfApi().model_info(name)
config = lambda revision: json.loads(
    Path(hf_hub_download(name, "config.json", revision=revision)).read_text())["version"]
answer([info.id, info.tags, config("main"), config({HASH!r}),
        Path(hf_hub_download(name, "onnx/model_quantized.onnx")).read_bytes().decode()])
"""
    name, tags, newest, older, weights = hub.client(tmp_path, code)
    assert name == "Somebody/sixth"
    assert "license:mit" in tags
    assert (newest, older) == (2, 1)
    assert weights == "weights" * 100
    before = hub.request("GET", "/api/models/Somebody/sixth").json()["sha"]
    register(hub, "Somebody/sixth/main/config.json", '{"version": 3}')
    assert hub.request("GET", "/api/models/Somebody/sixth").json()["sha"] != before


def test_gates_and_tokens_of_a_registered_repository(hub: HubServer) -> None:
    register(hub, "team/gated/main/a.json", "{}")
    register(
        hub,
        "team/gated/repository.json",
        json.dumps({"gated": "auto", "accepted_tokens": ["hf_local_team"]}),
    )
    register(hub, "team/private/main/a.json", "{}")
    register(hub, "team/private/repository.json", json.dumps({"private": True}))
    gated = "/team/gated/resolve/main/a.json"
    assert hub.request("GET", gated).status == 401
    assert hub.request("GET", gated, Authorization="Bearer hf_local_team").status == 200
    private = hub.request("GET", "/team/private/resolve/main/a.json")
    assert (private.status, private.headers["x-error-code"]) == (404, "RepoNotFound")
    stranger = hub.request("GET", "/api/models/team/private", Authorization="Bearer hf_local_team")
    assert stranger.status == 404


def test_a_registered_repository_replaces_another_folders(hub: HubServer) -> None:
    readme = "/Team/speech/resolve/main/README.md"
    assert hub.request("GET", readme).status == 200
    register(hub, "Team/speech/main/config.json", "{}")
    try:
        assert hub.request("GET", readme).status == 404
    finally:
        shutil.rmtree(hub.repositories / "Team/speech")


def test_a_malformed_folder_is_named(hub: HubServer, tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    with pytest.raises(ValueError, match="revision folder named 'main'"):
        read_repository(tmp_path, "a/b")
    (tmp_path / "main").mkdir()
    (tmp_path / "repository.json").write_text('{"license": "mit"}')
    with pytest.raises(ValueError, match=r"repository\.json: unknown \['license'\]"):
        read_repository(tmp_path, "a/b")


@pytest.mark.parametrize("text", ["", "3", '{"a/b": "main"}', "{"])
def test_malformed_pins_are_named(tmp_path: Path, text: str) -> None:
    done = serve(tmp_path, "--pins", text)
    assert done.returncode == 2
    assert 'expected a JSON object {"owner/name": ["revision"]}' in done.stderr


def serve(state_dir: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """`python -m local_cloud.hub`, which is expected to end by itself."""
    command = [sys.executable, "-m", "local_cloud.hub", "--state-dir", str(state_dir), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def test_only_loopback_is_served(tmp_path: Path) -> None:
    done = serve(tmp_path, "--host", "0.0.0.0")  # noqa: S104 - what is refused
    assert done.returncode == 2
    assert "bind it to 127.0.0.1" in done.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartupError, match=f"cannot listen on 127.0.0.1:{port}"):
            HubServer(tmp_path, port).start()


def test_a_signal_ends_it_cleanly(tmp_path: Path) -> None:
    with HubServer(tmp_path) as hub:
        assert hub.request("GET", "/health").json() == {"status": "ok"}
        os.kill(json.loads((tmp_path / "hub.json").read_text())["pid"], signal.SIGTERM)
        wait_for(lambda: not (tmp_path / "hub.json").exists(), 10, "the hub's end")
