"""The end of two stacks in full use whose names begin alike: only ours goes, and all of it.

The tests go on where the one before them left the stacks, and leave none.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.stack.cut_off_runs import CommandLine
from tests.stack.full_use import WOKEN, FullUse, look_alikes, open_studio
from tests.stack.navigation_driver import NavigationDriver
from tests.stack.second_stack import changed
from tests.stack.stack_driver import TypeDriver
from vis_assis.local.local_stack import LocalStack
from vis_assis.terraform.runner import TerraformError

LONGER_NAME = "vis-assis-b"
REFUSED_ROLE = f"{LONGER_NAME}-teardown"
BUSY_SECONDS = 15
# Of several stacks, but listed under one name.
SHARED = ("application-autoscaling policy", "logs group /aws/sagemaker/ProcessingJobs")


@pytest.fixture(scope="module")
def others(studio_stack: LocalStack) -> Iterator[set[str]]:
    """What is nobody's of the two stacks."""
    with look_alikes(studio_stack, LONGER_NAME) as made:
        yield made


def test_a_protected_stack_stays_whole(studio_stack: LocalStack) -> None:
    before = studio_stack.remaining()
    with pytest.raises(TerraformError, match="apply deletion_protection=false"):
        studio_stack.terraform.destroy()
    assert studio_stack.remaining() == before
    # Terraform forgets outputs as soon as a destroy begins, and nothing else.
    assert "Terraform will perform the following actions" not in studio_stack.terraform.changes()


@pytest.mark.timeout(900)
def test_what_is_refused_is_named_and_all_the_rest_goes(
    stack: LocalStack,
    studio_stack: LocalStack,
    first_alone: set[str],
    others: set[str],
    tmp_path: Path,
) -> None:
    doomed = changed(studio_stack, {"deletion_protection": False})
    open_studio(doomed)
    use = FullUse(doomed, tmp_path)
    assert use.execution_status() == "Executing"

    with _denied(doomed, "sagemaker:DeleteModelPackage"), _busy(use.navigation, "Updating"):
        begun = time.monotonic()
        with pytest.raises(TerraformError) as caught:
            doomed.terraform.destroy()
    assert time.monotonic() - begun > BUSY_SECONDS, "the endpoint was not waited for"
    assert f"model package {use.version}" in str(caught.value)
    assert "DeleteModelPackage" in str(caught.value)
    assert use.navigation.describe()["EndpointStatus"] == "Missing"
    assert use.execution_status() == "Stopped"
    assert use.consumers() == set()

    left = set(doomed.remaining())
    assert others <= left
    assert first_alone - left == set()
    assert stack.terraform.changes() == ""


@pytest.mark.timeout(600)
def test_the_next_deploy_puts_everything_back(studio_commands: CommandLine, tmp_path: Path) -> None:
    studio_commands.run("deploy")
    assert studio_commands.changes() == ""
    stack = studio_commands.stack()
    assert FullUse(stack, tmp_path).consumers() == WOKEN


@pytest.mark.timeout(600)
def test_a_stack_goes_beside_one_whose_longer_name_begins_alike(
    stack: LocalStack,
    studio_commands: CommandLine,
    first_alone: set[str],
    others: set[str],
    tmp_path: Path,
) -> None:
    longer = FullUse(studio_commands.stack(), tmp_path)
    longer.navigation.sweep()
    longer.navigation.wait_until_at_rest()
    of_longer = set(stack.remaining()) - first_alone

    TypeDriver(stack, "depth").register("left behind")
    shorter = NavigationDriver(stack, tmp_path)
    _make_way(shorter)
    with _busy(shorter, "Creating"):
        stack.terraform.destroy()

    left = set(stack.remaining())
    assert of_longer - left == set()
    assert {i for i in left - of_longer - others if not i.startswith(SHARED)} == set()
    assert studio_commands.changes() == ""
    assert longer.execution_status() == "Executing"
    assert longer.navigation.label()
    assert longer.consumers() == WOKEN


@pytest.mark.timeout(600)
def test_a_killed_destroy_of_a_stack_in_full_use_is_finished_by_the_next(
    studio_commands: CommandLine, others: set[str], tmp_path: Path
) -> None:
    doomed = studio_commands.stack()
    use = FullUse(doomed, tmp_path)
    assert use.execution_status() == "Executing"
    assert studio_commands.kill_during("destroy", random.SystemRandom().uniform(0.5, 5))
    assert f"Nothing of {LONGER_NAME} remains" in studio_commands.run("destroy")
    assert set(doomed.remaining()) == others
    doomed.terraform.destroy()
    assert set(doomed.remaining()) == others


def _make_way(navigation: NavigationDriver) -> None:
    """Lets the next upload create an endpoint rather than update one."""
    status = navigation.wait_until_at_rest()["EndpointStatus"]
    navigation.quicken(Creating=3600)  # the controller may be as quick as the upload
    if status != "Missing":
        navigation.sagemaker.delete_endpoint(EndpointName=navigation.endpoint)


@contextmanager
def _busy(navigation: NavigationDriver, status: str) -> Iterator[None]:
    """Keeps the endpoint in a transition for longer than a destroy needs to get there."""
    navigation.quicken(**{status: 3600})
    navigation.upload_light()
    navigation.wait_for_status(status)
    released = threading.Timer(BUSY_SECONDS, _release, [navigation])
    released.start()
    yield
    released.join()


def _release(navigation: NavigationDriver) -> None:
    navigation.pass_time(3700)
    navigation.quicken()


@contextmanager
def _denied(doomed: LocalStack, action: str) -> Iterator[None]:
    """Refuses an action to the teardown function."""
    statement: dict[str, Any] = {"Effect": "Deny", "Action": action, "Resource": "*"}
    names = {"RoleName": REFUSED_ROLE, "PolicyName": "refuse"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = doomed.client("iam")
    iam.put_role_policy(**names, PolicyDocument=document)
    yield
    iam.delete_role_policy(**names)
