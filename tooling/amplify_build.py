"""The backend phase of an Amplify build: state, apply, pipelines, settings of the front end.

`amplify.yml` runs it. Amplify sets AWS_APP_ID, AWS_BRANCH and AWS_REGION; Terraform variables are
taken from environment variables of the app such as TF_VAR_alarm_email.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tooling import edge_path, state_bucket
from tooling.environments import ROOT
from tooling.terraform import Terraform, TerraformError

PREFIX = "TF_VAR_"
FRONT_END_SETTINGS = Path("build") / "front_end.env"
PIPELINE_SECONDS = 1800
Report = Callable[[str], None]


class AmplifyBuildError(RuntimeError):
    """The build's environment does not say what to do."""


@dataclass(frozen=True)
class Settings:
    """What the build's environment asks for.

    Args:
        region: AWS region of the stack.
        variables: Terraform variables.
        trigger_pipelines: whether to run every pipeline after the deployment.
        approve_models: whether to approve what they registered.
    """

    region: str
    variables: Mapping[str, str]
    trigger_pipelines: bool
    approve_models: bool

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads AWS_APP_ID, AWS_BRANCH, AWS_REGION, TRIGGER_PIPELINES and AUTO_APPROVE_MODELS.

        Raises:
            AmplifyBuildError: when one is missing or makes no sense.
        """
        app_id, region = (_required(environment, name) for name in ("AWS_APP_ID", "AWS_REGION"))
        given = {
            name.removeprefix(PREFIX): value
            for name, value in environment.items()
            if name.startswith(PREFIX)
        }
        approve = _flag(environment, "AUTO_APPROVE_MODELS")
        trigger = _flag(environment, "TRIGGER_PIPELINES")
        if approve and not trigger:
            raise AmplifyBuildError("AUTO_APPROVE_MODELS=true needs TRIGGER_PIPELINES=true")
        return cls(
            region=region,
            variables={
                "amplify_branches": f'["{environment.get("AWS_BRANCH") or "main"}"]',
                **given,
                "amplify_app_id": app_id,
                # This build gets the settings from a file; it would start itself once more.
                "amplify_start_builds": "false",
                "region": region,
            },
            trigger_pipelines=trigger,
            approve_models=approve,
        )

    @property
    def name_prefix(self) -> str:
        """Prefix of the stack's names."""
        return self.variables.get("name_prefix", "vis-assis")


def run(settings: Settings, root: Path = ROOT, report: Report = print) -> dict[str, Any]:
    """Deploys the stack and writes the front end's settings; returns Terraform's outputs.

    Raises:
        EdgePathError: when a pipeline fails.
        TerraformError: when the stack cannot be deployed.
    """
    session = boto3.session.Session(region_name=settings.region)
    account = session.client("sts").get_caller_identity()["Account"]
    bucket = state_bucket.name(settings.name_prefix, account)
    report(f"Keeping the state in {bucket}")
    s3 = session.client("s3", config=Config(signature_version="s3v4"))
    state_bucket.ensure(s3, bucket, settings.region)
    report("Deploying with Terraform")
    outputs = _terraform(settings, root, bucket).apply()
    path = root / FRONT_END_SETTINGS
    path.write_text(outputs["env_local"])
    report(f"Wrote the front end's settings to {FRONT_END_SETTINGS}")
    if settings.trigger_pipelines:
        _deliver(session, outputs, approve=settings.approve_models, report=report)
    return outputs


def _terraform(settings: Settings, root: Path, bucket: str) -> Terraform:
    shutil.copyfile(root / "backend" / "s3.tf.example", root / "backend_override.tf")
    backend = root / "backend.hcl"
    backend.write_text(
        f'bucket = "{bucket}"\nkey = "{settings.name_prefix}/terraform.tfstate"\n'
        f'region = "{settings.region}"\nencrypt = true\nuse_lockfile = true\n'
    )
    terraform = Terraform(
        data_dir=root / "build" / "amplify",
        environment={},
        root=root,
        variables=settings.variables,
    )
    terraform.init(str(backend))
    return terraform


def _deliver(session: Any, outputs: dict[str, Any], *, approve: bool, report: Report) -> None:
    sagemaker = session.client("sagemaker")
    started = {
        kind: edge_path.run_pipeline(sagemaker, pipeline)
        for kind, pipeline in outputs["pipeline_names"].items()
    }
    for kind, arn in started.items():
        status = edge_path.wait_for_execution(sagemaker, arn, PIPELINE_SECONDS)
        if status != "Succeeded":
            reason = edge_path.failure_reason(sagemaker, arn)
            raise edge_path.EdgePathError(f"the pipeline of {kind} ended as {status}: {reason}")
        group = outputs["model_package_group_names"][kind]
        version = edge_path.newest_version(sagemaker, kind, group)
        if approve:
            edge_path.set_approval(sagemaker, version.arn, "Approved")
        report(f"{kind} version {version.number} {'approved' if approve else 'awaits approval'}")


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise AmplifyBuildError(f"{name} is not set: Amplify sets it in every build")
    return value


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").lower()
    if value not in ("", "true", "false"):
        raise AmplifyBuildError(f"{name} is {value!r}: set it to true or false")
    return value == "true"


def main() -> None:
    """Runs with the process's environment; ends with 1 and the reason when something fails."""
    try:
        run(Settings.from_environment(os.environ))
    except (AmplifyBuildError, TerraformError, edge_path.EdgePathError) as error:
        sys.exit(f"the backend phase failed: {error}")


if __name__ == "__main__":
    main()
