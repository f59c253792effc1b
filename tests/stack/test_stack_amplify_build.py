"""The backend phase of amplify.yml, run from the file itself with exactly the committed policy."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stack.test_stack_plan import copy_of_the_repository
from tooling import amplify_build, edge_path, state_bucket
from tooling.environments import ROOT
from tooling.local_stack import LocalStack
from tooling.terraform import Terraform, TerraformError

PREFIX = "vis-assis-build"
THEIRS = {"ANALYTICS_KEY": "theirs"}
ROLE = "amplify-service-role"


@dataclass
class Build:
    """An Amplify app whose builds run in fresh clones.

    Parameters:
        stack: whose cloud it is on.
        folder: for the clones.
        app_id: of the Amplify app.
        credentials: of the service role.
    """

    stack: LocalStack
    folder: Path
    app_id: str
    credentials: dict[str, str]

    @property
    def variables(self) -> dict[str, str]:
        app = self.stack.client("amplify").get_app(appId=self.app_id)["app"]
        return dict(app["environmentVariables"])

    def run(self, name: str, **environment: str) -> Path:
        """Runs the phase's commands in a new clone, as the service role; returns the clone."""
        clone = copy_of_the_repository(self.folder / name)
        _install_packages_of_this_repository(clone)
        phases = yaml.safe_load((clone / "amplify.yml").read_text())["backend"]["phases"]
        commands = [line for phase in ("preBuild", "build") for line in phases[phase]["commands"]]
        done = subprocess.run(
            ["sh", "-e", "-c", "\n".join(commands)],
            cwd=clone,
            env={**self._environment(), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
        return clone

    def terraform(self, clone: Path, **other: str) -> Terraform:
        """Drives the clone's configuration as the account's root."""
        settings = amplify_build.Settings.from_environment(self._environment())
        return Terraform(
            data_dir=clone / "build" / "amplify",
            environment=self.stack.cloud.environment(),
            root=clone,
            variables={**settings.variables, **other},
        )

    def _environment(self) -> dict[str, str]:
        names = ("PATH", "HOME", "TF_PLUGIN_DIR", "LANG")
        return {
            **{name: os.environ[name] for name in names if name in os.environ},
            **self.stack.cloud.environment(),
            **self.credentials,
            "AWS_APP_ID": self.app_id,
            "AWS_BRANCH": "main",
            "TF_VAR_name_prefix": PREFIX,
            "TF_VAR_promotion_sweep_rate": "rate(1 minute)",
            "TF_VAR_retry_base_seconds": "1",
            "TF_VAR_teardown_settle_seconds": "1",
        }


def _install_packages_of_this_repository(clone: Path) -> None:
    """What `make` would install, taken from here: nothing is downloaded by a test."""
    (clone / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (clone / ".venv" / name).symlink_to(ROOT / ".venv" / name)
    (clone / "build").mkdir(exist_ok=True)
    (clone / "build" / "vendor").symlink_to(ROOT / "build" / "vendor")
    for path in (clone / "requirements").iterdir():
        os.utime(path, (0, 0))
    (clone / ".venv" / ".runtime").touch()


@pytest.fixture(scope="module")
def build(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    iam, amplify, s3 = (stack.client(name) for name in ("iam", "amplify", "s3"))
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "amplify.amazonaws.com"},
    }
    role = iam.create_role(
        RoleName=ROLE,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    policy = (ROOT / "iam" / "amplify_service_role.json").read_text()
    iam.put_role_policy(RoleName=ROLE, PolicyName="deploy", PolicyDocument=policy)
    app_id = amplify.create_app(name="front", environmentVariables=THEIRS)["app"]["appId"]
    amplify.create_branch(appId=app_id, branchName="main")
    keys = stack.cloud.control("credentials", {"role_arn": role})
    ready = Build(stack, tmp_path_factory.mktemp("amplify"), app_id, keys)
    yield ready
    amplify.delete_app(appId=app_id)
    iam.delete_role_policy(RoleName=ROLE, PolicyName="deploy")
    iam.delete_role(RoleName=ROLE)
    _delete_bucket(s3, state_bucket.name(PREFIX, stack.outputs["account_id"]))


def _delete_bucket(s3: Any, bucket: str) -> None:
    listed = s3.list_object_versions(Bucket=bucket)
    for entry in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
        s3.delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])
    s3.delete_bucket(Bucket=bucket)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_build_deploys_delivers_and_can_be_taken_back(build: Build) -> None:
    first = build.run("first", TRIGGER_PIPELINES="true", AUTO_APPROVE_MODELS="true")
    outputs = build.terraform(first).outputs()
    ours = _settings(first)
    try:
        assert ours["NEXT_PUBLIC_API_GATEWAY_ENDPOINT"] == outputs["api_url"]
        assert build.variables == {**THEIRS, **ours}
        assert _builds(build) == [], "a build must not start another one"
        _state_is_kept_safe(build, first)
        _models_are_in_production(build, outputs)

        second = build.run("second")
        assert _settings(second) == ours, "a new container made a new stack"
        assert build.terraform(second).changes() == ""

        with pytest.raises(TerraformError, match=r"no Amplify app\s+dmissing"):
            build.terraform(second, amplify_app_id="dmissing").apply()
        assert build.variables == {**THEIRS, **ours}

        extra = {"front_end_debug": '{"audio":true}', "amplify_start_builds": "true"}
        build.terraform(second, **extra).apply()
        assert build.variables == {**THEIRS, **ours, "NEXT_PUBLIC_DEBUG_AUDIO": "true"}
        assert _builds(build) == ["1"]
    finally:
        build.terraform(first).destroy()
    assert build.variables == THEIRS


def _settings(clone: Path) -> dict[str, str]:
    lines = (clone / amplify_build.FRONT_END_SETTINGS).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def _builds(build: Build) -> list[str]:
    amplify = build.stack.client("amplify")
    jobs = amplify.list_jobs(appId=build.app_id, branchName="main")["jobSummaries"]
    return [job["jobId"] for job in jobs]


def _state_is_kept_safe(build: Build, clone: Path) -> None:
    s3 = build.stack.client("s3")
    bucket = state_bucket.name(PREFIX, build.stack.outputs["account_id"])
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert keys == [f"{PREFIX}/terraform.tfstate"], "the state is missing, or its lock was left"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert "DenyInsecureTransport" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    # In .terraform is a file of that name which holds where the state is.
    kept = [path for path in clone.rglob("*.tfstate") if ".terraform" not in path.parts]
    assert kept == [], "the state is in a container that is thrown away"
    calls = build.stack.cloud.control("calls?service=s3&action=s3:PutObject")
    assert any(call["resources"][0].endswith(".tfstate.tflock") for call in calls), "never locked"


def _models_are_in_production(build: Build, outputs: dict[str, Any]) -> None:
    s3, bucket = build.stack.client("s3"), outputs["production_bucket"]

    def all_there() -> bool | None:
        kinds = outputs["pipeline_names"]
        return True if all(edge_path.promoted(s3, bucket, kind) for kind in kinds) else None

    edge_path.wait_for("every model in production", all_there, seconds=60)
