"""The stack's functions make nothing any more while the teardown removes what they made."""

from __future__ import annotations

import pytest

from teardown.errors import TeardownIncomplete
from tests.fakes.teardown_account import ONLY_OTHERS, Account, changed

WRITER = "vis-promote-model"
SETTLE_SECONDS = 60
STARTUP_SECONDS = 500


@pytest.fixture
def account() -> Account:
    return Account()


def make_endpoint_at(account: Account, moment: float) -> list[bool]:
    """An invocation under way makes an endpoint at that second, if it is still let through."""
    made: list[bool] = []

    def make() -> None:
        made.append(account.iam.grants(WRITER))
        if made[-1]:
            account.sagemaker.host(
                "paligemma-endpoint-000000000001", "Creating", until=moment + STARTUP_SECONDS
            )

    account.clock.at(moment, make)
    return made


def put_up_the_fence(account: Account) -> None:
    """As an invocation did that was cut off right after."""
    account.iam.policies[WRITER] = []
    account.iam.deleted_at[WRITER] = account.clock.now


def test_nothing_goes_while_a_writer_has_rights(account: Account) -> None:
    before = Account().state()
    account.iam.inject("DeleteRolePolicy", "AccessDenied", times=99)
    with pytest.raises(TeardownIncomplete, match="role policy vis-promote-model/function"):
        account.run()
    assert account.state() == before


@pytest.mark.parametrize("is_last", [True, False])
def test_an_endpoint_made_before_the_right_is_gone_goes_too(
    account: Account, is_last: bool
) -> None:
    account.iam.persists = 50
    made = make_endpoint_at(account, 40)
    account.run(last=is_last)
    assert made == [True]
    assert account.state() == ONLY_OTHERS
    assert account.clock.now > 40 + STARTUP_SECONDS


def test_the_right_is_gone_when_it_is_looked_for_again(account: Account) -> None:
    account.iam.persists = 50
    made = make_endpoint_at(account, SETTLE_SECONDS - 1)
    account.run()
    assert made == [False]
    assert account.state() == ONLY_OTHERS


def test_the_last_looks_again_however_little_time_the_others_took(account: Account) -> None:
    account.iam.persists = 50
    put_up_the_fence(account)
    made = make_endpoint_at(account, 40)
    for is_last in (False, False, False, True):
        account.run(last=is_last)
    assert made == [True]
    assert account.state() == ONLY_OTHERS


def test_only_the_first_and_the_last_wait(account: Account) -> None:
    account.run(last=False)
    after_first = account.clock.now
    account.run(last=False)
    assert account.clock.now == after_first
    account.run(last=True)
    assert account.clock.now == after_first + SETTLE_SECONDS


def test_time_that_the_removal_took_counts(account: Account) -> None:
    account.sagemaker.host("paligemma-endpoint-000000000001", "Updating", until=500)
    account.run()
    assert 500 < account.clock.now < 500 + SETTLE_SECONDS


def test_a_second_look_that_does_not_fit_in_is_an_error(account: Account) -> None:
    with pytest.raises(TeardownIncomplete, match=r"second look vis: no time.*destroy. again"):
        account.run(stack=changed(settle_seconds=890))
