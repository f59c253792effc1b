"""What a stack is set to keep outlives `make destroy`, and goes into service again afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stack.cut_off_runs import CommandLine
from tests.stack.stack_driver import TypeDriver, make_zip
from tests.stack.test_stack_refusals import PLAN
from vis_assis.terraform.message import one_line
from vis_assis.terraform.runner import TerraformError

KEEP = {"retain_buckets": True, "retain_models": True}
KEPT_KINDS = {
    "s3 bucket",
    "s3 object",
    "s3 object version",
    "sagemaker model package",
    "sagemaker model package group",
}


def approved_versions(driver: TypeDriver) -> list[str]:
    listed = driver.sagemaker.list_model_packages(
        ModelPackageGroupName=driver.group, ModelApprovalStatus="Approved"
    )
    return [summary["ModelPackageArn"] for summary in listed["ModelPackageSummaryList"]]


@pytest.mark.long
def test_buckets_and_versions_outlive_the_stack_and_serve_the_next_one(
    deployed_commands: CommandLine,
) -> None:
    keeping = replace(deployed_commands, variables=KEEP)
    keeping.run("deploy")
    driver = TypeDriver(keeping.stack(), "tts")
    kept_arn = driver.register_approved("kept")
    driver.wait_until_shows("kept")

    before = keeping.inventory()
    with pytest.raises(TerraformError) as refused:
        keeping.terraform.destroy()
    assert "nothing was removed: run `make destroy`" in one_line(str(refused.value))
    assert "retain_buckets is false here" in deployed_commands.fail("destroy")
    assert keeping.inventory() == before

    assert "module.model_buckets is kept, with all that it holds" in keeping.run("destroy")
    assert set(keeping.inventory()) == KEPT_KINDS
    assert "Nothing of vis-assis but" in keeping.run("destroy")

    assert "ADOPT=1 takes them over" in deployed_commands.fail("deploy")
    deployed_commands.run("deploy", "--adopt")
    assert deployed_commands.changes() == ""
    again = TypeDriver(deployed_commands.stack(), "tts")
    assert approved_versions(again) == [kept_arn]
    shown = again.wait_until_shows("kept")
    assert shown is not None
    assert shown.body == make_zip("kept")

    deployed_commands.run("destroy")
    assert deployed_commands.inventory() == {}


@pytest.mark.long
def test_buckets_alone_keep_production_as_it_is(deployed_commands: CommandLine) -> None:
    keeping = replace(deployed_commands, variables={"retain_buckets": True})
    keeping.run("deploy")
    driver = TypeDriver(keeping.stack(), "tts")
    driver.register_approved("kept")
    driver.wait_until_shows("kept")
    keeping.run("destroy")
    assert set(keeping.inventory()) == {"s3 bucket", "s3 object", "s3 object version"}

    assert "Stays in production as an upload by hand" in deployed_commands.run("deploy", "--adopt")
    again = TypeDriver(deployed_commands.stack(), "tts")
    first = again.register("next")
    again.sweep()
    again.wait_until_idle()
    shown = again.wait_until_shows("kept")
    assert shown is not None
    assert shown.package_arn is None
    again.approve(first)
    again.wait_until_shows("next")

    log = deployed_commands.terraform.log
    before = log.read_text().count(PLAN)
    deployed_commands.run("destroy")
    assert log.read_text().count(PLAN) - before == 1, "the state is whole: one plan is enough"
    assert deployed_commands.inventory() == {}
