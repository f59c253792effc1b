"""Lambda functions run in AWS's surroundings."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cloud import LocalCloud
from local_cloud.testing import clients_of
from support.functions import create_function, invoke


@pytest.fixture
def role(make_role: Any) -> str:
    return str(make_role("lambda"))


def test_function_signs_with_its_role(client: Any, unique: str, role: str) -> None:
    source = """
        import boto3
        def handle(event, context):
            return boto3.client("sts").get_caller_identity()["Arn"]
        """
    create_function(client, unique, role, source)
    assert f":assumed-role/{role.rpartition('/')[2]}/" in invoke(client, unique)


@pytest.fixture(scope="module")
def own_runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Any]]:
    """An empty environment, and clients of a cloud whose functions run in it."""
    folder = tmp_path_factory.mktemp("runtime")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCAL_CLOUD_PYTHON_LAMBDA", str(folder / "venv/bin/python"))
        with LocalCloud(folder / "cloud") as running:
            yield folder / "venv", clients_of(running)


def test_function_runs_on_the_interpreter_of_its_runtime(
    own_runtime: tuple[Path, Any], unique: str
) -> None:
    source = """
        import importlib, sys
        def handle(event, context):
            missing = []
            for name in event["modules"]:
                try:
                    importlib.import_module(name)
                except ModuleNotFoundError:
                    missing.append(name)
            return {"prefix": sys.prefix, "missing": missing}
        """
    environment, client = own_runtime
    trust = {"Version": "2012-10-17", "Statement": []}
    role = client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(trust))
    create_function(client, unique, role["Role"]["Arn"], source)
    modules = ["json", "moto", "ministack", "local_cloud", "boto3"]
    ran = invoke(client, unique, {"modules": modules})
    assert ran == {"prefix": str(environment), "missing": modules[1:]}


def test_function_sees_neither_host_nor_server(client: Any, unique: str, role: str) -> None:
    source = """
        import os, sys, tempfile
        def handle(event, context):
            return {"path": sys.path, "names": sorted(os.environ), "tmp": tempfile.gettempdir(),
                    "isolated": sys.flags.isolated, "mode": os.environ["MODE"]}
        """
    create_function(client, unique, role, source, {"MODE": "strict"})
    create_function(client, f"{unique}-b", role, source, {"MODE": "strict"})
    seen = invoke(client, unique)
    repository = [p for p in seen["path"] if p.rstrip("/") == sys.path[0].rstrip("/")]
    hidden = {"GATEWAY_PORT", "AUTH", "MINISTACK_ACCOUNT_ID", "LOCAL_CLOUD_HUB_URL", "S3_DATA_DIR"}
    assert seen["isolated"] == 1
    assert seen["mode"] == "strict"
    assert not repository
    assert not hidden & set(seen["names"])
    assert seen["tmp"] != invoke(client, f"{unique}-b")["tmp"]


def test_only_the_temporary_folder_is_writable(client: Any, unique: str, role: str) -> None:
    source = """
        import os, pathlib, tempfile
        def handle(event, context):
            path = pathlib.Path(tempfile.gettempdir() if event["tmp"] else os.getcwd()) / "file"
            path.write_text("x")
            return path.read_text()
        """
    create_function(client, unique, role, source)
    assert invoke(client, unique, {"tmp": True}) == "x"
    failed = invoke(client, unique, {"tmp": False})
    assert failed["errorType"] == "OSError"
    assert "Read-only file system" in failed["errorMessage"]


def test_error_type_is_the_exception_class_and_the_process_stays(
    client: Any, unique: str, role: str
) -> None:
    source = """
        import os
        class MissingArtifactError(Exception):
            pass
        def handle(event, context):
            if event.get("pid"):
                return os.getpid()
            raise MissingArtifactError("no zip")
        """
    create_function(client, unique, role, source)
    before = invoke(client, unique, {"pid": True})
    failed = invoke(client, unique)
    assert (failed["errorType"], failed["errorMessage"]) == ("MissingArtifactError", "no zip")
    assert invoke(client, unique, {"pid": True}) == before


def test_event_age_that_nobody_set_is_absent(client: Any, unique: str, role: str) -> None:
    create_function(client, unique, role, "def handle(event, context):\n    return {}\n")
    functions = client("lambda")
    functions.put_function_event_invoke_config(FunctionName=unique, MaximumRetryAttempts=1)
    read = functions.get_function_event_invoke_config(FunctionName=unique)
    assert read["MaximumRetryAttempts"] == 1
    assert "MaximumEventAgeInSeconds" not in read
    functions.put_function_event_invoke_config(FunctionName=unique, MaximumEventAgeInSeconds=60)
    read = functions.get_function_event_invoke_config(FunctionName=unique)
    assert read["MaximumEventAgeInSeconds"] == 60
