"""Functions on a Lambda runtime whose boto3 does not know conditional copies yet.

CopyObject takes IfMatch and IfNoneMatch since botocore 1.41; 1.40.60 turns them down.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cloud import LocalCloud
from local_cloud.testing import Clients, clients_of
from vis_assis.build import environments, package_lambdas

COPY = """
from common.sdk import client

def handle(event, context):
    source = {"Bucket": event["bucket"], "Key": "a"}
    s3 = client("s3")
    s3.copy_object(Bucket=event["bucket"], Key=event["to"], CopySource=source, IfNoneMatch="*")
"""


def older_runtime(folder: Path) -> Path:
    """The interpreter of the Lambda environment with an S3 model as botocore 1.40.60 has it."""
    python = environments.ensure(environments.LAMBDA)
    asked = [
        str(python),
        "-c",
        "import boto3, sys; print(boto3.__file__); print(sys._base_executable)",
    ]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()
    packages, base = Path(told[0]).parents[1], told[1]
    subprocess.run([base, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    own = folder / "packages"
    shutil.copytree(packages, own, ignore=_unused_models)
    (model,) = own.glob("botocore/data/s3/*/service-2.json.gz")
    content = json.loads(gzip.decompress(model.read_bytes()))
    for parameter in ("IfMatch", "IfNoneMatch"):
        del content["shapes"]["CopyObjectRequest"]["members"][parameter]
    model.write_bytes(gzip.compress(json.dumps(content).encode()))
    (site,) = folder.glob("venv/lib/python*/site-packages")
    (site / "older.pth").write_text(f"{own}\n")
    return folder / "venv" / "bin" / "python"


def _unused_models(folder: str, names: list[str]) -> set[str]:
    is_data = folder.endswith("/botocore/data")
    return {name for name in names if is_data and "." not in name and name not in ("s3", "sts")}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    """Clients of a cloud whose functions run on the older runtime."""
    folder = tmp_path_factory.mktemp("older")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCAL_CLOUD_PYTHON_LAMBDA", str(older_runtime(folder)))
        with LocalCloud(folder / "cloud", hub=False) as running:
            yield clients_of(running)


@pytest.fixture(scope="module")
def zips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return package_lambdas.build(tmp_path_factory.mktemp("zips"))


def copy(client: Clients, unique: str, archive: Path, role: str, to: str) -> Any:
    """What the function answers that copies to a key with the code of this zip."""
    name = f"{unique}-{to}"
    with zipfile.ZipFile(archive, "a") as content:
        content.writestr("probe.py", COPY)
    client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="probe.handle",
        Code={"ZipFile": archive.read_bytes()},
        Timeout=20,
    )
    event = json.dumps({"bucket": unique, "to": to})
    answer = client("lambda").invoke(FunctionName=name, Payload=event)
    return json.loads(answer["Payload"].read())


def test_a_function_that_copies_under_a_condition_brings_its_own_sdk(
    client: Clients, unique: str, make_role: Any, versioned_bucket: str, zips: dict[str, Path]
) -> None:
    client("s3").put_object(Bucket=versioned_bucket, Key="a", Body=b"model")
    objects = {"Action": "s3:*", "Resource": f"arn:aws:s3:::{versioned_bucket}/*"}
    role = make_role("lambda", objects)
    for name in package_lambdas.CARRY_SDK:
        assert copy(client, unique, zips[name], role, name) is None
    with_the_runtimes = copy(client, unique, zips["model_urls"], role, "model_urls")
    assert 'Unknown parameter in input: "IfNoneMatch"' in with_the_runtimes["errorMessage"]
    listed = client("s3").list_objects_v2(Bucket=versioned_bucket)["Contents"]
    assert {item["Key"] for item in listed} == {"a", *package_lambdas.CARRY_SDK}
