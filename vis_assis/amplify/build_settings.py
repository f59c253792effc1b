"""What the environment of an Amplify build asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import boto3

from vis_assis.errors import CommandError

PREFIX = "TF_VAR_"
DEFAULT_MINUTES = 30
LONGEST_MINUTES = 120


@dataclass(frozen=True)
class Settings:
    """What a build is to do.

    Args:
        region: AWS region of the stack.
        variables: Terraform variables.
        branch: the one that is built.
        deploy_branch: the one whose builds deploy.
        is_preview: whether a pull request is built.
        adopt: whether to take over resources that the state does not know.
        trigger_pipelines: whether to run every pipeline after the deployment.
        approve_models: whether to approve what they registered.
        minutes: after which Amplify ends the build.
    """

    region: str
    variables: Mapping[str, str]
    branch: str
    deploy_branch: str
    is_preview: bool
    adopt: bool
    trigger_pipelines: bool
    approve_models: bool
    minutes: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads the variables that docs/hosting.md lists, and those of Amplify.

        Raises:
            CommandError: when one is missing or makes no sense.
        """
        app_id = environment.get("AWS_APP_ID", "")
        if not app_id:
            raise CommandError("AWS_APP_ID is not set: Amplify sets it in every build")
        region = _region(environment)
        deploy_branch = environment.get("DEPLOY_BRANCH") or "main"
        given = {
            name.removeprefix(PREFIX): value
            for name, value in environment.items()
            if name.startswith(PREFIX)
        }
        approve = _flag(environment, "AUTO_APPROVE_MODELS")
        trigger = _flag(environment, "TRIGGER_PIPELINES")
        if approve and not trigger:
            raise CommandError("AUTO_APPROVE_MODELS=true needs TRIGGER_PIPELINES=true")
        return cls(
            region=region,
            variables={
                "amplify_branches": f'["{deploy_branch}"]',
                **given,
                "amplify_app_id": app_id,
                # This build gets the settings from a file; it would start itself once more.
                "amplify_start_builds": "false",
                "region": region,
            },
            branch=environment.get("AWS_BRANCH") or deploy_branch,
            deploy_branch=deploy_branch,
            is_preview=bool(environment.get("AWS_PULL_REQUEST_ID")),
            adopt=_flag(environment, "ADOPT"),
            trigger_pipelines=trigger,
            approve_models=approve,
            minutes=_minutes(environment),
        )

    @property
    def name_prefix(self) -> str:
        """Prefix of the stack's names."""
        return self.variables.get("name_prefix", "vis-assis")

    @property
    def deploys(self) -> bool:
        """Whether this build changes the stack; else it only reads its outputs."""
        return self.branch == self.deploy_branch and not self.is_preview


def _region(environment: Mapping[str, str]) -> str:
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    region = region or boto3.session.Session().region_name
    if not region:
        raise CommandError("no AWS region is set: set AWS_REGION")
    return region


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").lower()
    if value not in ("", "0", "1", "true", "false"):
        raise CommandError(f"{name} is {value!r}: set it to true or false")
    return value in ("1", "true")


def _minutes(environment: Mapping[str, str]) -> int:
    value = environment.get("_BUILD_TIMEOUT") or str(DEFAULT_MINUTES)
    if not value.isdecimal() or not 1 <= int(value) <= LONGEST_MINUTES:
        raise CommandError(
            f"_BUILD_TIMEOUT is {value!r}: set it to the minutes of a build, "
            f"at most {LONGEST_MINUTES}"
        )
    return int(value)
