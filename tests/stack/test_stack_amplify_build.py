"""The backend phase of amplify.yml, run from the file itself with exactly the committed policy."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.stack.amplify_builds import PREFIX, Builds, amplify_app
from tests.stack.test_stack_plan import copy_of_the_repository
from vis_assis.amplify import build as amplify_build, role as amplify_role
from vis_assis.aws.cloud import Cloud
from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.journeys import edge_path
from vis_assis.stack.destroy import destroy
from vis_assis.stack.target import find_target
from vis_assis.terraform.runner import TerraformError

THEIRS = {"ANALYTICS_KEY": "theirs", "NEXT_PUBLIC_DEBUG_AUDIO": "true"}


@pytest.fixture(scope="module")
def builds(stack: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    with amplify_app(stack, tmp_path_factory.mktemp("amplify"), THEIRS) as app:
        yield app


@pytest.mark.long
@pytest.mark.flaky(reruns=0)  # the account is no longer as it begins
def test_builds_deploy_deliver_change_and_can_be_taken_back(
    builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(builds.stack.remaining())
    builds.kill("killed")
    builds.release_lock()
    first, printed = builds.run("first", TRIGGER_PIPELINES="true", AUTO_APPROVE_MODELS="true")
    try:
        assert "The last build was interrupted (deploy begun" in printed
        outputs = builds.terraform(first).outputs()
        ours = _settings(first)
        assert ours["NEXT_PUBLIC_API_GATEWAY_ENDPOINT"] == outputs["api_url"]
        assert ours["NEXT_PUBLIC_DEBUG_AUDIO"] == "true", "the app's own goes before a default"
        _app_holds(builds, {**THEIRS, **ours})
        assert builds.jobs() == [], "a build must not start another one"
        _state_is_kept_safe(builds, first)
        _models_are_in_production(builds, outputs)

        second, _ = builds.run("second")
        assert _settings(second) == ours, "a new container made a new stack"
        assert builds.terraform(second).changes() == ""

        _other_branches_change_nothing(builds, ours)
        _a_change_is_applied(builds)
        _every_role_is_bounded(builds)
        _a_missing_app_is_named(builds, second)
    finally:
        _destroy_from_a_laptop(builds, monkeypatch)
    assert builds.variables == THEIRS
    left = set(builds.stack.remaining()) - before
    assert {entry for entry in left if builds.bucket not in entry} == {
        f"iam policy {arn}" for arn in builds.added
    }


def _app_holds(builds: Builds, expected: dict[str, str]) -> None:
    held = builds.variables
    del held["VIS_ASSIS_SETTINGS"]
    assert held == expected


def _settings(clone: Path) -> dict[str, str]:
    lines = shlex.split((clone / amplify_build.FRONT_END_SETTINGS).read_text())
    return dict(line.split("=", 1) for line in lines)


def _other_branches_change_nothing(builds: Builds, ours: dict[str, str]) -> None:
    states, held = builds.states(), builds.variables
    for name, environment in (
        ("dev", {"AWS_BRANCH": "dev"}),
        ("preview", {"AWS_BRANCH": "pr-7", "AWS_PULL_REQUEST_ID": "7"}),
    ):
        clone, printed = builds.run(name, None, **environment, TF_VAR_log_retention_days="7")
        assert _settings(clone) == ours
        assert f"add {environment['AWS_BRANCH']} to the app's variable" in printed
    assert (builds.states(), builds.variables) == (states, held)


def _a_change_is_applied(builds: Builds) -> None:
    def commit(clone: Path) -> None:
        file = clone / "modules" / "lambda_function" / "iam.tf"
        text = file.read_text()
        file.write_text(text.replace("Role of the function", "Changed role of the function"))

    clone, _ = builds.run(
        "changed",
        commit,
        TF_VAR_alarm_email="other@example.org",
        TF_VAR_amplify_branches='["main","dev"]',
        TF_VAR_front_end_debug='{"depth":true}',
        TF_VAR_log_retention_days="14",
    )
    assert _settings(clone)["NEXT_PUBLIC_DEBUG_DEPTH"] == "true"
    assert builds.variables["NEXT_PUBLIC_DEBUG_DEPTH"] == "true"
    role = builds.stack.client("iam").get_role(RoleName=f"{PREFIX}-promote-model")["Role"]
    assert role["Description"].startswith("Changed role")


def _every_role_is_bounded(builds: Builds) -> None:
    """And the build's own role could make no other, nor weaken the bucket of the state."""
    iam = builds.stack.client("iam")
    found = [
        iam.get_role(RoleName=role["RoleName"])["Role"]
        for page in iam.get_paginator("list_roles").paginate()
        for role in page["Roles"]
        if role["RoleName"].startswith(f"{PREFIX}-")
    ]
    assert len(found) > 10
    for role in found:
        assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == builds.boundary_arn
    with pytest.raises(CommandError, match="destroy the stack first"):
        amplify_role.remove(Cloud(builds.stack.cloud.environment()), PREFIX, print)
    as_build = Cloud({**builds.stack.cloud.environment(), **builds.credentials})
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    for service, operation, request in (
        ("iam", "create_role", {"RoleName": f"{PREFIX}-x", "AssumeRolePolicyDocument": policy}),
        ("iam", "delete_role_permissions_boundary", {"RoleName": f"{PREFIX}-promote-model"}),
        ("s3", "put_bucket_policy", {"Bucket": builds.bucket, "Policy": policy}),
        ("s3", "delete_bucket_lifecycle", {"Bucket": builds.bucket}),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            getattr(as_build.client(service), operation)(**request)


def _a_missing_app_is_named(builds: Builds, clone: Path) -> None:
    """By IAM: the boundary lets the settings function at the app of the build only."""
    held, debug = builds.variables, {"front_end_debug": '{"depth":true}'}
    with pytest.raises(TerraformError, match=r"amplify:GetApp on resource:\s+\S+apps/dmissing"):
        builds.terraform(clone, amplify_app_id="dmissing", **debug).apply()
    builds.terraform(clone, **debug).apply()
    assert builds.variables == held
    extra = {"front_end_debug": '{"audio":false}', "amplify_start_builds": "true"}
    builds.terraform(clone, **extra).apply()
    assert builds.variables["NEXT_PUBLIC_DEBUG_AUDIO"] == "false"
    assert builds.jobs() == ["1"]


def _destroy_from_a_laptop(builds: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the service role, with the rights that docs/deploying.md adds for it."""
    objects = f"arn:aws:s3:::{PREFIX}-*/*"
    builds.allow("empty-buckets", "s3:DeleteObject", "s3:DeleteObjectVersion", resource=objects)
    builds.allow("see-what-goes", *_what_the_cleanup_may_see(builds), resource="*")
    clone = copy_of_the_repository(builds.folder / "laptop")
    (clone / "build").mkdir(exist_ok=True)
    (clone / "build" / "vendor").symlink_to(ROOT / "build" / "vendor")
    example = (clone / "backend" / "s3.tf.example").read_text()
    (clone / "backend_override.tf").write_text(example)
    hcl = (clone / "backend" / "s3.hcl.example").read_text()
    hcl = hcl.replace("vis-assis-terraform-state-123456789012", builds.bucket)
    hcl = hcl.replace("vis-assis/terraform.tfstate", f"{PREFIX}/terraform.tfstate")
    (clone / "backend.hcl").write_text(hcl)
    environment = {**builds.stack.cloud.environment(), **builds.credentials}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    given = f"-var amplify_app_id={builds.app_id} -var name_prefix={PREFIX}"
    target = find_target({}, variables=given, root=clone)
    target = replace(target, terraform=replace(target.terraform, environment=environment))
    destroy(target, print, lambda name: name == PREFIX, backend_config=str(clone / "backend.hcl"))
    assert builds.keys == [f"{PREFIX}/terraform.tfstate"]


def _what_the_cleanup_may_see(builds: Builds) -> list[str]:
    iam, role = builds.stack.client("iam"), f"{PREFIX}-teardown"
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names
    ]
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
        documents.append(found["Document"])
    actions = {
        action
        for document in documents
        for statement in document["Statement"]
        for action in statement["Action"]
    }
    return sorted(action for action in actions if re.search(":(Describe|Get|List)", action))


def _state_is_kept_safe(builds: Builds, clone: Path) -> None:
    s3 = builds.stack.client("s3")
    assert builds.keys == [f"{PREFIX}/terraform.tfstate"], (
        "the state is missing, or its lock or the mark of a cut-off build was left"
    )
    assert s3.get_bucket_versioning(Bucket=builds.bucket)["Status"] == "Enabled"
    assert "DenyInsecureTransport" in s3.get_bucket_policy(Bucket=builds.bucket)["Policy"]
    # In .terraform is a file of that name which holds where the state is.
    kept = [path for path in clone.rglob("*.tfstate") if ".terraform" not in path.parts]
    assert kept == [], "the state is in a container that is thrown away"
    calls = builds.stack.cloud.control("calls?service=s3&action=s3:PutObject")
    assert any(call["resources"][0].endswith(".tfstate.tflock") for call in calls), "never locked"


def _models_are_in_production(builds: Builds, outputs: dict[str, Any]) -> None:
    s3, bucket = builds.stack.client("s3"), outputs["production_bucket"]

    def all_there() -> bool | None:
        kinds = outputs["pipeline_names"]
        return True if all(edge_path.served(s3, bucket, kind) for kind in kinds) else None

    edge_path.wait_for("every model in production", all_there, seconds=60)
