"""Amplify builds in containers that are thrown away: the backend phase of amplify.yml as it is."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.stack.test_stack_plan import copy_of_the_repository
from vis_assis.amplify import role as amplify_role, state_bucket
from vis_assis.amplify.build_settings import Settings
from vis_assis.aws.cloud import Cloud
from vis_assis.build.environments import ROOT
from vis_assis.local.local_stack import LocalStack
from vis_assis.terraform.runner import Terraform

PREFIX = "vis-assis-build"
LONGEST = 600


@dataclass
class Builds:
    """An Amplify app whose builds run in fresh clones, with the service role's permissions.

    Parameters:
        stack: whose cloud it is on.
        folder: for the clones.
        app_id: of the Amplify app.
        role: name of the service role.
        credentials: of the service role.
        added: ARNs of the policies that it got besides.
    """

    stack: LocalStack
    folder: Path
    app_id: str
    role: str
    credentials: dict[str, str]
    added: set[str] = field(default_factory=set)

    @property
    def variables(self) -> dict[str, str]:
        """What the app holds."""
        app = self.stack.client("amplify").get_app(appId=self.app_id)["app"]
        return dict(app["environmentVariables"])

    @property
    def boundary_arn(self) -> str:
        """What bounds the roles."""
        return amplify_role.Names(PREFIX, self.stack.outputs["account_id"], "aws").boundary_arn

    @property
    def bucket(self) -> str:
        """The bucket of the state."""
        return state_bucket.name(PREFIX, self.stack.outputs["account_id"])

    @property
    def keys(self) -> list[str]:
        """What is in that bucket."""
        listed = self.stack.client("s3").list_objects_v2(Bucket=self.bucket)
        return [entry["Key"] for entry in listed.get("Contents", [])]

    def states(self) -> int:
        """How many states were written."""
        key = f"{PREFIX}/terraform.tfstate"
        listed = self.stack.client("s3").list_object_versions(Bucket=self.bucket, Prefix=key)
        return sum(version["Key"] == key for version in listed["Versions"])

    def jobs(self) -> list[str]:
        """Builds of main that were started through the API."""
        branch = {"appId": self.app_id, "branchName": "main"}
        jobs = self.stack.client("amplify").list_jobs(**branch)["jobSummaries"]
        return [job["jobId"] for job in jobs]

    def run(
        self, name: str, change: Callable[[Path], None] | None = None, **environment: str
    ) -> tuple[Path, str]:
        """Runs a build to its successful end; returns its clone and what it printed.

        Parameters:
            name: of the clone.
            change: made to the clone first, as a commit would.
            environment: variables beside those of every build.
        """
        clone, process = self._start(name, environment, change)
        printed, _ = process.communicate(timeout=LONGEST)
        assert process.returncode == 0, printed[-6000:]
        return clone, printed

    def kill(self, name: str) -> None:
        """Runs a build and kills it while it changes the account, as a timeout does."""
        _, process = self._start(name, {})
        ends = time.monotonic() + LONGEST
        while not self._is_under_way():
            assert process.poll() is None, process.communicate()[0][-6000:]
            assert time.monotonic() < ends
            time.sleep(0.2)
        time.sleep(random.SystemRandom().uniform(2, 12))
        assert process.poll() is None, "the build ended before it could be killed"
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def release_lock(self) -> None:
        """What the error of a build that met the lock says to do."""
        lock = f"{PREFIX}/terraform.tfstate.tflock"
        self.stack.client("s3").delete_object(Bucket=self.bucket, Key=lock)

    def allow(self, policy: str, *actions: str, resource: str) -> None:
        """Adds to what the service role may do, in a managed policy: its inline one is long."""
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
        iam = self.stack.client("iam")
        arn = iam.create_policy(
            PolicyName=f"{self.role}-{policy}",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )["Policy"]["Arn"]
        iam.attach_role_policy(RoleName=self.role, PolicyArn=arn)
        self.added.add(arn)

    def environment(self) -> dict[str, str]:
        """Of every build."""
        names = ("PATH", "HOME", "TF_CLI_CONFIG_FILE", "LANG")
        return {
            **{name: os.environ[name] for name in names if name in os.environ},
            **self.stack.cloud.environment(),
            **self.credentials,
            **self.variables,
            "AWS_APP_ID": self.app_id,
            "AWS_BRANCH": "main",
            "TF_VAR_alarm_email": "alarms@example.org",
            "TF_VAR_name_prefix": PREFIX,
            "TF_VAR_promotion_sweep_rate": "rate(1 minute)",
            "TF_VAR_retry_base_seconds": "1",
            "TF_VAR_teardown_settle_seconds": "1",
        }

    def terraform(self, clone: Path, **other: str) -> Terraform:
        """Drives a clone's configuration, as the service role too."""
        settings = Settings.from_environment(self.environment())
        return Terraform(
            data_dir=clone / "build" / "amplify",
            environment={**self.stack.cloud.environment(), **self.credentials},
            root=clone,
            variables={
                "permissions_boundary": self.boundary_arn,
                **settings.variables,
                **other,
            },
        )

    def _is_under_way(self) -> bool:
        s3 = self.stack.client("s3")
        return state_bucket.exists(s3, self.bucket) and f"{PREFIX}/unfinished" in self.keys

    def _start(
        self, name: str, environment: dict[str, str], change: Callable[[Path], None] | None = None
    ) -> tuple[Path, subprocess.Popen[str]]:
        clone = copy_of_the_repository(Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder)))
        _install_packages_of_this_repository(clone)
        if change is not None:
            change(clone)
        application, *_ = yaml.safe_load((clone / "amplify.yml").read_text())["applications"]
        phases = application["backend"]["phases"]
        commands = [line for phase in ("preBuild", "build") for line in phases[phase]["commands"]]
        process = subprocess.Popen(
            ["sh", "-e", "-c", "\n".join(commands)],
            cwd=clone,
            env={**self.environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return clone, process


@contextmanager
def amplify_app(stack: LocalStack, folder: Path, variables: dict[str, str]) -> Iterator[Builds]:
    """An app with these variables, a branch main, and all that `make amplify-role` makes for it."""
    iam, amplify, s3 = (stack.client(name) for name in ("iam", "amplify", "s3"))
    app_id = amplify.create_app(name="front", environmentVariables=variables)["app"]["appId"]
    amplify.create_branch(appId=app_id, branchName="main")
    cloud = Cloud(stack.cloud.environment())
    for _ in range(2):  # the second time, everything is there
        amplify_role.ensure(cloud, PREFIX, app_id, print)
    names = amplify_role.Names(PREFIX, stack.outputs["account_id"], "aws")
    role = iam.get_role(RoleName=names.role)["Role"]["Arn"]
    keys = stack.cloud.control("credentials", {"role_arn": role})
    builds = Builds(stack, folder, app_id, names.role, keys)
    yield builds
    amplify.delete_app(appId=app_id)
    amplify_role.remove(cloud, PREFIX, print)
    for arn in builds.added:
        iam.delete_policy(PolicyArn=arn)
    empty_bucket(s3, builds.bucket)
    s3.delete_bucket(Bucket=builds.bucket)


def empty_bucket(s3: Any, bucket: str) -> None:
    """Deletes every version of every object."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])


def _install_packages_of_this_repository(clone: Path) -> None:
    """What `make` would install, taken from here: nothing is downloaded by a test."""
    (clone / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (clone / ".venv" / name).symlink_to(ROOT / ".venv" / name)
    (clone / "build").mkdir(exist_ok=True)
    (clone / "build" / "vendor").symlink_to(ROOT / "build" / "vendor")
    for path in (clone / "requirements").iterdir():
        os.utime(path, (0, 0))
    for installed in (".deploy", ".runtime"):
        (clone / ".venv" / installed).touch()
