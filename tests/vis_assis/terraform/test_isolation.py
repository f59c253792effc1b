"""A laptop's own AWS and Terraform settings do not reach what runs on a local cloud."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local_cloud import LocalCloud, client_environment
from vis_assis.aws.cloud import Cloud
from vis_assis.local.local_stack import LocalStack
from vis_assis.terraform.linked_root import link_root
from vis_assis.terraform.runner import Terraform

ENDPOINT = "http://127.0.0.1:4566"
CALLERS = {
    "AWS_ACCESS_KEY_ID": "AKIAWORK",
    "AWS_CA_BUNDLE": "/elsewhere/ca.pem",
    "AWS_ENDPOINT_URL_S3": "https://s3.work.example",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_PROFILE": "work",
    "AWS_SECRET_ACCESS_KEY": "work",
    "AWS_SESSION_TOKEN": "work",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "TF_CLI_ARGS": "-no-such-argument",
    "TF_CLI_ARGS_plan": "-no-such-argument",
    "TF_DATA_DIR": "/elsewhere/data",
    "TF_VAR_region": "us-east-2",
    "TF_WORKSPACE": "work",
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
}
FAKE = """#!/bin/sh
env -0 > {file}
"""
FILES = ["a.auto.tfvars", "b.auto.tfvars.json", "terraform.tfvars", "terraform.tfvars.json"]


@pytest.fixture
def laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in CALLERS.items():
        monkeypatch.setenv(name, value)


def seen_by_terraform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> dict[str, str]:
    program, printed = tmp_path / "terraform", tmp_path / "environment"
    program.write_text(FAKE.format(file=printed))
    program.chmod(0o755)
    monkeypatch.setenv("TERRAFORM", str(program))
    Terraform(data_dir=tmp_path / "data", environment=environment).run("version")
    lines = printed.read_text().split("\0")
    return dict(line.split("=", 1) for line in lines if line)


def test_terraform_on_a_local_cloud_gets_the_clouds_settings_only(
    laptop: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = client_environment(ENDPOINT, tmp_path)
    seen = seen_by_terraform(tmp_path, monkeypatch, cloud)
    about_aws = {name: value for name, value in seen.items() if name.startswith("AWS_")}
    assert about_aws == {name: value for name, value in cloud.items() if name.startswith("AWS_")}
    left = {name for name in seen if name.startswith("TF_")}
    assert left - {"TF_CLI_CONFIG_FILE"} == {"TF_DATA_DIR", "TF_IN_AUTOMATION", "TF_INPUT"}
    assert seen["TF_DATA_DIR"] == str(tmp_path / "data" / ".terraform")
    assert "127.0.0.1" in seen["no_proxy"]
    assert seen["https_proxy"] == CALLERS["https_proxy"]  # the registry may need it


def test_terraform_on_aws_keeps_the_callers_account(
    laptop: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = seen_by_terraform(tmp_path, monkeypatch, {})
    assert seen["AWS_PROFILE"] == "work"
    assert seen["TF_WORKSPACE"] == "work"


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    """A configuration with a file of variables of every kind that Terraform loads by itself."""
    root = tmp_path / "root"
    root.mkdir()
    for name in FILES:
        variable = name.replace(".", "_")
        (root / name).write_text(
            f'{{"{variable}": "AWS"}}' if name.endswith(".json") else f'{variable} = "AWS"\n'
        )
        block = f'variable "{variable}" {{\n  default = "none"\n}}\n'
        (root / f"{variable}.tf").write_text(
            f'{block}output "{variable}" {{\n  value = var.{variable}\n}}\n'
        )
    return root


@pytest.mark.parametrize(("endpoint", "value"), [(ENDPOINT, "none"), (None, "AWS")])
def test_the_values_of_the_stack_on_aws_stay_there(
    configured: Path, tmp_path: Path, endpoint: str | None, value: str
) -> None:
    environment = client_environment(endpoint, tmp_path) if endpoint else {}
    state = tmp_path / "data" / "local.tfstate"
    terraform = Terraform(tmp_path / "data", environment, root=configured, state=state)
    terraform.init()
    assert set(terraform.apply().values()) == {value}
    assert terraform.changes() == ""
    assert [name for name in FILES if not (configured / name).exists()] == []


def test_a_folder_that_terraform_is_at_work_in_is_brought_up_to_date(tmp_path: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "folder"
    (root / "modules").mkdir(parents=True)
    (root / "old.tf").touch()
    at_work = os.open(link_root(root, folder), os.O_RDONLY)
    try:
        (root / "old.tf").rename(root / "new.tf")
        (folder / "imports.tf").touch()
        link_root(root, folder, ["modules"])
        assert [entry.name for entry in os.scandir(at_work)] == ["new.tf"]
    finally:
        os.close(at_work)
    assert (folder / "new.tf").readlink() == root / "new.tf"


def test_clients_of_a_stack_reach_its_cloud(laptop: None, tmp_path: Path) -> None:
    with LocalCloud(tmp_path, hub=False) as cloud:
        stack = LocalStack(cloud, Terraform(tmp_path, {}), {})
        for client in (stack.client, Cloud(cloud.environment()).client):
            assert client("s3").list_buckets()["Buckets"] == []
            assert client("sts").get_caller_identity()["Account"] == "123456789012"
        assert Cloud(cloud.environment()).identity == ("aws", "123456789012")


def test_commands_on_a_loaded_local_env_ignore_the_callers_profile(
    laptop: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LocalCloud(tmp_path, hub=False) as cloud:
        for name, value in cloud.environment().items():
            monkeypatch.setenv(name, value)
        assert Cloud().identity == ("aws", "123456789012")


def test_clients_of_aws_keep_the_callers_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    keys = "aws_access_key_id = AKIAWORK\naws_secret_access_key = work\n"
    config.write_text(f"[profile work]\nregion = eu-north-1\n{keys}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert Cloud().region == "eu-north-1"
