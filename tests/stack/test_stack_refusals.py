"""A destroy that nobody confirms shows what would go, and takes nothing."""

from __future__ import annotations

import dataclasses

from tests.stack.cut_off_runs import CommandLine
from tests.stack.stack_driver import TypeDriver

PLAN = "$ terraform plan"
SUMMARIES = "ModelPackageSummaryList"


def test_an_unconfirmed_destroy_lists_and_leaves_everything(
    driver: TypeDriver, commands: CommandLine
) -> None:
    driver.register_approved("shown")
    driver.register("pending")
    driver.wait_until_shows("shown")
    driver.wait_until_idle()
    stack = driver.stack
    unconfirmed = dataclasses.replace(commands, is_confirmed=False)
    log = stack.terraform.log
    before = log.read_text().count(PLAN)
    assert unconfirmed.fail("destroy") == (
        "destroy failed: there is no terminal to ask you at: set AUTO_APPROVE=1 to destroy from a "
        "script\n"
    )
    assert log.read_text().count(PLAN) == before, "it is refused before it plans"
    printed = dataclasses.replace(unconfirmed, answer="no").fail("destroy")
    assert log.read_text().count(PLAN) - before == 1, "the state is whole: one plan tells"
    assert "resources will be destroyed:" in printed
    assert "4 aws_s3_bucket\n" in printed
    assert f"bucket {driver.production}: " in printed
    assert " MB" in printed
    assert f"models {driver.group}: 1 Approved, 1 PendingManualApproval" in printed
    versions = sum(
        len(driver.sagemaker.list_model_packages(ModelPackageGroupName=group)[SUMMARIES])
        for group in stack.outputs["model_package_group_names"].values()
    )
    assert f"the cleanup removes {versions} model package (" in printed
    assert printed.rstrip().endswith(
        "destroy failed: nothing was destroyed: the answer was not vis-assis"
    )
    driver.wait_until_shows("shown")
    assert stack.terraform.outputs() == stack.outputs
    assert not (unconfirmed.data_dir / "unfinished").exists()
