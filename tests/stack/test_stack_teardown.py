"""What a destroy of a stack in full use may not take away, and what stops none of the rest."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.stack.busy_stacks import BUSY_SECONDS, busy, denied
from tests.stack.full_use import FullUse, open_studio
from tests.stack.second_stack import changed
from vis_assis.local.local_stack import LocalStack
from vis_assis.terraform.runner import TerraformError

REFUSED_ROLE = "vis-assis-b-teardown"


def test_a_protected_stack_stays_whole(studio_stack: LocalStack) -> None:
    before = studio_stack.remaining()
    with pytest.raises(TerraformError, match="apply deletion_protection=false"):
        studio_stack.terraform.destroy()
    assert studio_stack.remaining() == before


def test_what_is_refused_is_named_and_all_the_rest_goes(
    studio_stack: LocalStack,
    first_alone: set[str],
    others: set[str],
    tmp_path: Path,
) -> None:
    doomed = changed(studio_stack, {"deletion_protection": False})
    open_studio(doomed)
    use = FullUse(doomed, tmp_path)
    assert use.execution_status() == "Executing"

    with (
        denied(doomed, REFUSED_ROLE, "sagemaker:DeleteModelPackage"),
        busy(use.navigation, "Updating"),
    ):
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
