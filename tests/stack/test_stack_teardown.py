"""The end of a stack in full use: only ours goes, and all of it, even after a killed destroy."""

from __future__ import annotations

import json
import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.stack.cut_off_runs import CommandLine
from tests.stack.navigation_driver import NavigationDriver
from tests.stack.second_stack import changed
from tests.stack.stack_driver import TypeDriver
from tooling import edge_path
from tooling.local_stack import LocalStack
from tooling.terraform import TerraformError

REFUSED_ROLE = "vis-assis-b-teardown"
BUSY_SECONDS = 15


def test_a_protected_stack_stays_whole(studio_stack: LocalStack) -> None:
    before = studio_stack.remaining()
    with pytest.raises(TerraformError, match="apply deletion_protection=false"):
        studio_stack.terraform.destroy()
    assert studio_stack.remaining() == before
    # Terraform forgets outputs as soon as a destroy begins, and nothing else.
    assert "Terraform will perform the following actions" not in studio_stack.terraform.changes()


@pytest.mark.timeout(1200)
def test_a_stack_in_full_use_goes_without_a_trace(
    stack: LocalStack,
    studio_stack: LocalStack,
    studio_commands: CommandLine,
    first_alone: set[str],
    tmp_path: Path,
) -> None:
    doomed = changed(studio_stack, {"deletion_protection": False})
    look_alike = _make_look_alikes(stack)
    _open_studio(doomed)
    version = TypeDriver(doomed, "depth").register_approved("left behind")
    navigation = _serve(doomed, tmp_path)
    execution = edge_path.run_pipeline(
        doomed.client("sagemaker"), doomed.outputs["pipeline_names"]["vocoder"]
    )

    _deny(doomed, "sagemaker:DeleteModelPackage")
    _hold_an_update(navigation)
    released = threading.Timer(BUSY_SECONDS, _release, [navigation])
    released.start()
    begun = time.monotonic()
    with pytest.raises(TerraformError) as caught:
        doomed.terraform.destroy()
    assert time.monotonic() - begun > BUSY_SECONDS, "the endpoint was not waited for"
    assert f"model package {version}" in str(caught.value)
    assert "DeleteModelPackage" in str(caught.value)
    assert navigation.describe()["EndpointStatus"] == "Missing"
    status = doomed.client("sagemaker").describe_pipeline_execution(PipelineExecutionArn=execution)
    assert status["PipelineExecutionStatus"] in ("Stopped", "Succeeded")

    doomed.client("iam").delete_role_policy(RoleName=REFUSED_ROLE, PolicyName="refuse")
    studio_commands.kill_during("destroy", random.SystemRandom().uniform(0.5, 5))
    assert "Nothing of vis-assis-b remains" in studio_commands.run("destroy")
    left = set(doomed.remaining())
    assert left - first_alone == look_alike
    assert first_alone - left == set()
    doomed.terraform.destroy()
    _remove_look_alikes(stack)


def test_the_first_stack_is_untouched(stack: LocalStack, studio_stack: LocalStack) -> None:
    del studio_stack
    assert stack.terraform.changes() == ""


def _make_look_alikes(stack: LocalStack) -> set[str]:
    """A model and a log group of somebody else whose names begin like ours."""
    name = "vis-assis-b-navigation-somebody-elses"
    role = stack.client("iam").list_roles()["Roles"][0]["Arn"]
    stack.client("sagemaker").create_model(
        ModelName=name, ExecutionRoleArn=role, PrimaryContainer={"Image": "registry/image:1"}
    )
    group = "/aws/sagemaker/Endpoints/vis-assis-b-paligemma-endpoint-123456789012-else"
    stack.client("logs").create_log_group(logGroupName=group)
    return {f"sagemaker model {name}"} | {
        item for item in stack.remaining() if item.startswith("logs group") and group in item
    }


def _remove_look_alikes(stack: LocalStack) -> None:
    stack.client("sagemaker").delete_model(ModelName="vis-assis-b-navigation-somebody-elses")
    stack.client("logs").delete_log_group(
        logGroupName="/aws/sagemaker/Endpoints/vis-assis-b-paligemma-endpoint-123456789012-else"
    )


def _open_studio(doomed: LocalStack) -> None:
    """What people leave in Studio: a profile, a space, and apps in both."""
    sagemaker = doomed.client("sagemaker")
    (domain,) = sagemaker.list_domains()["Domains"]
    names = {"DomainId": domain["DomainId"]}
    sagemaker.create_user_profile(**names, UserProfileName="guest")
    sagemaker.create_space(**names, SpaceName="shared")
    for owner in ({"UserProfileName": "guest"}, {"SpaceName": "shared"}):
        sagemaker.create_app(**names, **owner, AppType="JupyterLab", AppName="default")


def _serve(doomed: LocalStack, folder: Path) -> NavigationDriver:
    navigation = NavigationDriver(doomed, folder)
    navigation.serve_new()
    return navigation


def _hold_an_update(navigation: NavigationDriver) -> None:
    navigation.quicken(Updating=3600)
    navigation.upload_light()
    navigation.wait_for_status("Updating")


def _release(navigation: NavigationDriver) -> None:
    navigation.pass_time(3700)
    navigation.quicken()


def _deny(doomed: LocalStack, action: str) -> None:
    statement: dict[str, Any] = {"Effect": "Deny", "Action": action, "Resource": "*"}
    doomed.client("iam").put_role_policy(
        RoleName=REFUSED_ROLE,
        PolicyName="refuse",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
