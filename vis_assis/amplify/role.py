"""What an Amplify app needs before its builds can deploy: state bucket, boundary, service role."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from vis_assis.amplify import state_bucket
from vis_assis.aws.cloud import Cloud
from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError

DOCUMENTS = ROOT / "iam"
TOPICS = ("api", "studio")
"""Of what AWS names by ids, so that a tag decides; one inline policy takes what bears a name."""


@dataclass(frozen=True)
class Names:
    """Of what builds of one stack use. No name begins with the stack's prefix: a build may change
    whatever does.

    Args:
        prefix: the stack's `name_prefix`.
        account: its account.
        partition: of the account, such as `aws`.
    """

    prefix: str
    account: str
    partition: str

    @property
    def role(self) -> str:
        """The service role."""
        return f"amplify-{self.prefix}"

    @property
    def boundary_arn(self) -> str:
        """ARN of the policy that bounds each role that a build makes."""
        return self.policy_arn("boundary")

    def policy_arn(self, topic: str) -> str:
        """ARN of the managed policy of a document of `iam/`."""
        return f"arn:{self.partition}:iam::{self.account}:policy/{self.role}-{topic}"

    def document(self, name: str, app_id: str) -> str:
        """A policy of `iam/` for this stack, without spaces, which IAM counts in limits."""
        text = (DOCUMENTS / f"{name}.json").read_text(encoding="utf-8")
        for placeholder, value in (
            ("vis-assis", self.prefix),
            ("arn:aws:", f"arn:{self.partition}:"),
            ("ACCOUNT_ID", self.account),
            ("APP_ID", app_id),
        ):
            text = text.replace(placeholder, value)
        return json.dumps(json.loads(text), separators=(",", ":"))


def ensure(cloud: Cloud, prefix: str, app_id: str, report: Callable[[str], None]) -> str:
    """Makes what is missing and brings the rest in line; returns the role's name.

    Args:
        cloud: the account, with credentials that may change its roles.
        prefix: the stack's `name_prefix`.
        app_id: of the Amplify app whose builds deploy.
        report: told of each thing.

    Raises:
        CommandError: when the app's id is none.
        CommandError: when the state bucket belongs to another account.
    """
    if not re.fullmatch("d[a-z0-9]+", app_id):
        raise CommandError(
            f"APP_ID is {app_id!r}: set it to an id that `aws amplify list-apps` shows"
        )
    partition, account = cloud.identity
    names = Names(prefix, account, partition)
    bucket = state_bucket.name(prefix, account)
    s3 = cloud.client("s3")
    state_bucket.ensure(s3, bucket, s3.meta.region_name, partition)
    report(f"The state will be kept in {bucket}")
    iam = cloud.client("iam")
    _policy(iam, names, "boundary", app_id)
    report(f"{names.boundary_arn} bounds every role that a build makes")
    _role(iam, names, app_id, s3.meta.region_name)
    report(f"Choose {names.role} as the service role of {app_id}: its builds deploy {prefix}")
    return names.role


def remove(cloud: Cloud, prefix: str, report: Callable[[str], None]) -> None:
    """Removes the role and its policies, once the stack is destroyed; the state bucket stays.

    Args:
        cloud: the account, with credentials that may change its roles.
        prefix: the stack's `name_prefix`.
        report: told what is gone.

    Raises:
        CommandError: while a role has the boundary.
    """
    partition, account = cloud.identity
    names, iam = Names(prefix, account, partition), cloud.client("iam")
    try:
        _delete_policy(iam, names.boundary_arn)
    except iam.exceptions.DeleteConflictException as error:
        raise CommandError(
            f"{names.boundary_arn} bounds roles of {prefix}: destroy the stack first"
        ) from error
    with suppress(iam.exceptions.NoSuchEntityException):
        for attached in iam.list_attached_role_policies(RoleName=names.role)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=names.role, PolicyArn=attached["PolicyArn"])
        for inline in iam.list_role_policies(RoleName=names.role)["PolicyNames"]:
            iam.delete_role_policy(RoleName=names.role, PolicyName=inline)
        iam.delete_role(RoleName=names.role)
    for topic in TOPICS:
        _delete_policy(iam, names.policy_arn(topic))
    report(f"{names.role} and its policies are gone")


def _policy(iam: Any, names: Names, topic: str, app_id: str) -> str:
    arn, document = names.policy_arn(topic), names.document(f"amplify_{topic}", app_id)
    try:
        iam.create_policy(PolicyName=arn.rpartition("/")[2], PolicyDocument=document)
    except iam.exceptions.EntityAlreadyExistsException:
        # Of at most five versions the others go: none is wanted back.
        _delete_old_versions(iam, arn)
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    return arn


def _delete_policy(iam: Any, arn: str) -> None:
    with suppress(iam.exceptions.NoSuchEntityException):
        _delete_old_versions(iam, arn)
        iam.delete_policy(PolicyArn=arn)


def _delete_old_versions(iam: Any, arn: str) -> None:
    for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])


def _role(iam: Any, names: Names, app_id: str, region: str) -> None:
    app = f"arn:{names.partition}:amplify:{region}:{names.account}:apps/{app_id}"
    trust = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "amplify.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "ArnLike": {"aws:SourceArn": [app, f"{app}/*"]},
                        "StringEquals": {"aws:SourceAccount": names.account},
                    },
                }
            ],
        }
    )
    try:
        iam.create_role(RoleName=names.role, AssumeRolePolicyDocument=trust)
    except iam.exceptions.EntityAlreadyExistsException:
        iam.update_assume_role_policy(RoleName=names.role, PolicyDocument=trust)
    for topic in TOPICS:
        iam.attach_role_policy(RoleName=names.role, PolicyArn=_policy(iam, names, topic, app_id))
    document = names.document("amplify_service_role", app_id)
    iam.put_role_policy(RoleName=names.role, PolicyName="deploy", PolicyDocument=document)
