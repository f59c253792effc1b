"""What the teardown removes, what it leaves alone, and how it says that something remains."""

from __future__ import annotations

from typing import Any

import pytest

from teardown.errors import TeardownIncomplete
from tests.fakes.teardown_account import (
    DIGEST,
    ENDPOINT,
    JOBS,
    ONLY_OTHERS,
    OTHER_ENDPOINTS,
    TRAINING,
    Account,
    changed,
)

GROUP = "vis-depth-model-package-group"


@pytest.fixture
def account() -> Account:
    return Account()


def test_only_what_is_the_stacks_goes(account: Account) -> None:
    account.destroy()
    assert account.state() == ONLY_OTHERS


def test_a_second_destroy_is_harmless(account: Account) -> None:
    account.destroy()
    assert account.destroy() == []
    assert account.state() == ONLY_OTHERS


@pytest.mark.parametrize("action", ["create", "update"])
@pytest.mark.parametrize("stage", ["guard", "model", "navigation"])
def test_nothing_goes_unless_terraform_destroys(account: Account, action: str, stage: str) -> None:
    before = Account().state()
    account.run(stage, action)
    assert account.state() == before


@pytest.mark.parametrize("status", ["Creating", "Updating", "RollingBack", "SystemUpdating"])
def test_a_busy_endpoint_is_waited_for(account: Account, status: str) -> None:
    account.sagemaker.host(ENDPOINT, status, until=600)
    account.destroy()
    assert account.state() == ONLY_OTHERS
    assert account.clock.now > 600


def test_an_endpoint_that_stays_busy_ends_in_a_clear_line(account: Account) -> None:
    account.sagemaker.host(ENDPOINT, "Updating", until=10_000)
    with pytest.raises(TeardownIncomplete) as caught:
        account.run()
    assert str(caught.value) == (
        f"vis is not removed yet: endpoint {ENDPOINT}: is Updating. Resolve what was refused, "
        "wait for what is busy, and run destroy again: it goes on from here"
    )
    assert 800 < account.clock.now < 900, "it does not outlast its invocation"
    assert account.sagemaker.configs >= {f"vis-navigation-{DIGEST}"}, "removed before its endpoint"
    account.sagemaker.host(ENDPOINT)
    account.destroy()
    assert account.state() == ONLY_OTHERS


def test_what_is_refused_is_named_and_the_rest_of_its_kind_goes(account: Account) -> None:
    def second(call: dict[str, Any]) -> bool:
        return bool(call["ModelPackageName"] == "v2")

    account.sagemaker.inject("DeleteModelPackage", "AccessDeniedException", when=second, times=99)
    with pytest.raises(TeardownIncomplete) as caught:
        account.run("model")
    assert "model package v2: An error occurred (AccessDeniedException)" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert account.clock.now < 60, "a refusal is not waited out"
    assert account.sagemaker.versions[GROUP] == ["v2"]


def test_what_cannot_be_listed_is_an_error(account: Account) -> None:
    account.alarms.inject("DescribeAlarms", "AccessDenied", times=99)
    with pytest.raises(TeardownIncomplete, match=r"scaling alarm \(all of them\): cannot be liste"):
        account.run()


def test_a_passing_refusal_is_tried_again(account: Account) -> None:
    account.sagemaker.inject("DeleteModelPackage", "ThrottlingException", times=3)
    account.destroy()
    assert account.state() == ONLY_OTHERS


def test_retained_models_stay(account: Account) -> None:
    account.run("model", stack=changed(retain_models=True))
    assert account.sagemaker.versions[GROUP] == ["v1", "v2"]
    assert account.logs.groups[JOBS] == ["pipelines-other-Download-1/algo-1"]


def test_a_model_that_leaves_the_catalogue_takes_nothing_else_along(account: Account) -> None:
    expected = Account().state()
    expected["running"] = [arn for arn in expected["running"] if "vis-b" in arn]
    expected["versions"][GROUP] = []
    expected["logs"][JOBS] = ["pipelines-other-Download-1/algo-1"]
    del expected["logs"][TRAINING]
    account.run("model")
    assert account.state() == expected


def test_a_pipeline_that_never_ran_a_job_leaves_the_logs_of_others(account: Account) -> None:
    del account.logs.groups[JOBS]
    account.run("model")
    assert account.state()["endpoints"] == [ENDPOINT, *OTHER_ENDPOINTS]
    assert account.sagemaker.versions[GROUP] == []


def test_a_shared_log_group_stays_while_anybody_set_it_up(account: Account) -> None:
    account.logs.groups[JOBS] = ["pipelines-mine-Download-1/algo-1"]
    account.logs.retentions[JOBS] = 30
    account.run("model")
    assert account.logs.groups[JOBS] == []
    del account.logs.retentions[JOBS]
    account.run("model")
    assert JOBS not in account.logs.groups
