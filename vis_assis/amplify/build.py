"""The backend phase of an Amplify build: state, apply, pipelines, settings of the front end.

`amplify.yml` runs it; `build_settings` says what it is told. Builds of one branch deploy, all
others only read what that one deployed.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vis_assis.amplify import state_bucket
from vis_assis.amplify.build_pipelines import deliver
from vis_assis.amplify.build_settings import Settings
from vis_assis.amplify.role import Names
from vis_assis.aws.cloud import Cloud
from vis_assis.build.environments import ROOT
from vis_assis.cli.one_line import EXPECTED
from vis_assis.errors import CommandError
from vis_assis.stack.deploy import deploy
from vis_assis.stack.target import Target
from vis_assis.terraform.runner import Terraform, TerraformError

FRONT_END_SETTINGS = Path("build") / "front_end.env"
LOCK_TIMEOUT = "-lock-timeout=5m"
# Of the build, for cloning before the backend phase and for the front end after it.
RESERVED_SECONDS = 600
Report = Callable[[str], None]


@dataclass(frozen=True)
class State:
    """Where the stack's state is.

    Args:
        bucket: name of the bucket.
        folder: what its keys begin with.
        region: of the bucket.
        boundary_arn: of the policy that the service role wants on each role that it makes.
    """

    bucket: str
    folder: str
    region: str
    boundary_arn: str

    @property
    def key(self) -> str:
        """Key of the state."""
        return f"{self.folder}/terraform.tfstate"

    def backend(self) -> str:
        """The settings of Terraform's backend."""
        return (
            f'bucket = "{self.bucket}"\nkey = "{self.key}"\nregion = "{self.region}"\n'
            "encrypt = true\nuse_lockfile = true\n"
        )


def run(
    settings: Settings,
    root: Path = ROOT,
    report: Report = print,
    environment: Mapping[str, str] = os.environ,
) -> dict[str, Any]:
    """Deploys the stack and writes the front end's settings; returns Terraform's outputs.

    Args:
        settings: what to do.
        root: folder of the configuration.
        report: told of each stage in a few words.
        environment: of the build, which the app's own settings of the front end are in.

    Raises:
        CommandError: when there is no stack to read, its state is locked, or time is up.
        EdgePathError: when a pipeline fails.
        TerraformError: when the stack cannot be deployed.
    """
    ends = time.monotonic() + settings.minutes * 60 - RESERVED_SECONDS
    cloud = Cloud(region=settings.region)
    partition, account = cloud.identity
    name = state_bucket.name(settings.name_prefix, account)
    names = Names(settings.name_prefix, account, partition)
    state = State(name, settings.name_prefix, settings.region, names.boundary_arn)
    if settings.deploys:
        outputs = _deploy(settings, cloud, state, root, report)
    else:
        outputs = _read(settings, cloud, state, root, report)
    lines = front_end_lines(outputs, environment)
    (root / FRONT_END_SETTINGS).write_text("".join(f"{line}\n" for line in lines))
    report(f"Wrote the front end's settings to {FRONT_END_SETTINGS}")
    if settings.deploys and settings.trigger_pipelines:
        deliver(cloud, outputs, approve=settings.approve_models, report=report, ends=ends)
    return outputs


def front_end_lines(outputs: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    """The front end's settings as lines that both a shell and Next.js read.

    Args:
        outputs: of Terraform.
        environment: of the build; what the app sets goes before the stack's defaults.
    """
    settings = dict(line.split("=", 1) for line in outputs["env_local"].splitlines())
    own = {
        name: environment[name]
        for name in outputs.get("front_end_defaults", [])
        if name in environment
    }
    return [f"{name}={shlex.quote(value)}" for name, value in {**settings, **own}.items()]


def _deploy(
    settings: Settings, cloud: Cloud, state: State, root: Path, report: Report
) -> dict[str, Any]:
    report(f"Keeping the state in {state.bucket}")
    s3 = cloud.client("s3")
    if not state_bucket.exists(s3, state.bucket):
        raise CommandError(
            f"there is no bucket {state.bucket} for the state: run `make amplify-role "
            f"APP_ID={settings.variables['amplify_app_id']}` once, with rights to create roles"
        )
    marker = state_bucket.Marker(s3, state.bucket, f"{state.folder}/unfinished")
    target = Target(
        _terraform(settings, root, state), is_local=False, where="AWS", journal_copy=marker
    )
    if left := marker.read():
        report(f"The last build was interrupted ({left.strip()}): this one repairs what it left")
    try:
        return deploy(
            *(target, report, lambda _: True),  # nobody is there to be asked
            backend_config=str(root / "backend.hcl"),
            adopt=settings.adopt,
        )
    except TerraformError as error:
        if "Error acquiring the state lock" in str(error):
            raise CommandError(_locked(str(error), state)) from error
        raise


def _read(
    settings: Settings, cloud: Cloud, state: State, root: Path, report: Report
) -> dict[str, Any]:
    what = "a pull request" if settings.is_preview else f"the branch {settings.branch}"
    report(f"This is {what}: only {settings.deploy_branch} deploys, its stack is used")
    outputs: dict[str, Any] = {}
    if state_bucket.exists(cloud.client("s3"), state.bucket):
        terraform = _terraform(settings, root, state)
        terraform.init(str(root / "backend.hcl"))
        outputs = terraform.outputs()
    if not outputs:
        raise CommandError(
            f"there is no stack yet: build the branch {settings.deploy_branch} first, or name "
            "the branch that is to deploy in the app's variable DEPLOY_BRANCH"
        )
    host = re.sub("[^a-z0-9-]+", "-", settings.branch.lower())
    origin = f"https://{host}.{settings.variables['amplify_app_id']}.amplifyapp.com"
    if not {origin, "*"} & set(outputs["allowed_origins"]):
        report(
            f"{origin} may not call the API: add {settings.branch} to the app's variable "
            f"TF_VAR_amplify_branches and build {settings.deploy_branch}"
        )
    return outputs


def _terraform(settings: Settings, root: Path, state: State) -> Terraform:
    shutil.copyfile(root / "backend" / "s3.tf.example", root / "backend_override.tf")
    (root / "backend.hcl").write_text(state.backend())
    return Terraform(
        data_dir=root / "build" / "amplify",
        environment={"TF_CLI_ARGS_plan": LOCK_TIMEOUT, "TF_CLI_ARGS_apply": LOCK_TIMEOUT},
        root=root,
        variables={"permissions_boundary": state.boundary_arn, **settings.variables},
    )


def _locked(printed: str, state: State) -> str:
    owner = re.search(r"\bWho:\s+(\S+)", printed)
    since = re.search(r"\bCreated:\s+(\S+ \S+)", printed)
    return (
        f"the state is locked by {owner.group(1) if owner else 'somebody'} since "
        f"{since.group(1) if since else 'a while'}: if it was interrupted, as by _BUILD_TIMEOUT, "
        f"run `aws s3 rm s3://{state.bucket}/{state.key}.tflock` and build again"
    )


def main() -> None:
    """Runs with the process's environment; ends with 1 and the reason when something fails."""
    try:
        run(Settings.from_environment(os.environ))
    except EXPECTED as error:
        sys.exit(f"the backend phase failed: {error}")


if __name__ == "__main__":
    main()
