"""What the teardown removes, what it leaves alone, and how it says that something remains."""

from __future__ import annotations

from typing import Any

import pytest

from teardown.errors import TeardownIncomplete
from tests.fakes.teardown_account import JOBS, ONLY_OTHERS, OTHER_ENDPOINTS, Account, changed


@pytest.fixture
def account() -> Account:
    return Account()


def test_only_what_is_ours_goes(account: Account) -> None:
    account.run()
    assert account.state() == ONLY_OTHERS


def test_a_second_run_is_harmless(account: Account) -> None:
    account.run()
    assert account.run()["removed"] == []
    assert account.state() == ONLY_OTHERS


@pytest.mark.parametrize("action", ["create", "update"])
@pytest.mark.parametrize("stage", ["cleanup", "guard"])
def test_nothing_goes_unless_terraform_destroys(account: Account, action: str, stage: str) -> None:
    before = Account().state()
    account.run(action, stage)
    assert account.state() == before


@pytest.mark.parametrize("status", ["Creating", "Updating", "RollingBack", "SystemUpdating"])
def test_a_busy_endpoint_is_waited_for(account: Account, status: str) -> None:
    account.sagemaker.host("paligemma-endpoint-000000000001", status, until=600)
    account.run()
    assert account.state() == ONLY_OTHERS
    assert account.clock.now > 600


def test_beyond_the_time_of_one_invocation_the_next_goes_on(account: Account) -> None:
    account.sagemaker.host("paligemma-endpoint-000000000001", "Updating", until=10_000)
    waiting = account.run(last=False)["waiting"]
    assert waiting == ["endpoint paligemma-endpoint-000000000001: is Updating"]
    assert account.sagemaker.configs.keys() >= {"vis-by-hand"}, "removed before its endpoint"
    with pytest.raises(
        TeardownIncomplete, match=r"paligemma-endpoint-000000000001: is Updating.*destroy. again"
    ):
        account.run(last=True)
    account.sagemaker.host("paligemma-endpoint-000000000001")
    account.run()
    assert account.state() == ONLY_OTHERS


def test_no_run_outlasts_its_invocation(account: Account) -> None:
    account.sagemaker.host("paligemma-endpoint-000000000001", "Updating", until=10_000)
    account.run(last=False)
    assert 800 < account.clock.now < 900


def test_each_failure_is_named_and_the_rest_goes(account: Account) -> None:
    def second(call: dict[str, Any]) -> bool:
        return bool(call["ModelPackageName"] == "v2")

    account.sagemaker.inject("DeleteModelPackage", "AccessDeniedException", when=second, times=99)
    account.alarms.inject("DescribeAlarms", "AccessDenied", times=99)
    with pytest.raises(TeardownIncomplete) as caught:
        account.run(last=False)
    assert "2 of vis remain" in str(caught.value)
    assert "model package v2: An error occurred (AccessDeniedException)" in str(caught.value)
    assert "scaling alarm (all of them): cannot be listed" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert account.sagemaker.versions["vis-depth-model-package-group"] == ["v2"]
    assert account.state()["endpoints"] == OTHER_ENDPOINTS
    assert JOBS in account.logs.groups


def test_a_passing_refusal_is_tried_again(account: Account) -> None:
    account.sagemaker.inject("DeleteModelPackage", "ThrottlingException", times=3)
    account.run()
    assert account.state() == ONLY_OTHERS


def test_retained_models_stay(account: Account) -> None:
    account.run(stack=changed(retain_models=True))
    assert account.sagemaker.versions["vis-depth-model-package-group"] == ["v1", "v2"]
    assert account.state()["endpoints"] == OTHER_ENDPOINTS


def test_a_model_that_leaves_the_catalogue_takes_nothing_else_along(account: Account) -> None:
    expected = Account().state()
    expected["running"] = [arn for arn in expected["running"] if "vis-b" in arn]
    expected["versions"]["vis-depth-model-package-group"] = []
    expected["logs"][JOBS] = ["pipelines-other-Download-1/algo-1"]
    account.run(stage="model")
    assert account.state() == expected


def test_a_shared_log_group_stays_while_anybody_set_it_up(account: Account) -> None:
    account.logs.groups[JOBS] = ["pipelines-mine-Download-1/algo-1"]
    account.logs.retentions[JOBS] = 30
    account.run()
    assert account.logs.groups[JOBS] == []
    del account.logs.retentions[JOBS]
    account.run()
    assert JOBS not in account.logs.groups
