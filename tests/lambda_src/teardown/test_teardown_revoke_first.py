"""The stack's functions make nothing any more while the teardown removes what they made."""

from __future__ import annotations

import pytest

from teardown.errors import TeardownIncomplete
from tests.fakes.teardown_account import ENDPOINT, WRITER, Account

SETTLE_SECONDS = 60


@pytest.fixture
def account() -> Account:
    account = Account()
    account.iam.persists = 50
    return account


def make_endpoint_at(account: Account, moment: float) -> list[bool]:
    """An invocation under way makes an endpoint at that second, if it is still let through."""
    made: list[bool] = []

    def make() -> None:
        made.append(account.iam.grants(WRITER))
        if made[-1]:
            account.sagemaker.host(ENDPOINT, "Creating", until=moment + 500)

    account.clock.at(moment, make)
    return made


def test_nothing_goes_while_a_writer_has_rights(account: Account) -> None:
    before = Account().state()
    account.iam.inject("DeleteRolePolicy", "AccessDenied", times=99)
    with pytest.raises(TeardownIncomplete, match="role policy vis-promote-model/function"):
        account.run()
    assert account.state() == before


@pytest.mark.parametrize(("moment", "is_made"), [(40, True), (SETTLE_SECONDS - 1, False)])
def test_what_is_made_before_the_right_is_gone_goes_too(
    account: Account, moment: float, is_made: bool
) -> None:
    made = make_endpoint_at(account, moment)
    account.run()
    assert made == [is_made]
    assert ENDPOINT not in account.state()["endpoints"]


def test_an_invocation_that_was_cut_off_after_revoking_is_waited_for(account: Account) -> None:
    account.iam.policies[WRITER] = []
    account.iam.deleted_at[WRITER] = account.clock.now
    made = make_endpoint_at(account, 40)
    account.run()
    assert made == [True]
    assert ENDPOINT not in account.state()["endpoints"]


def test_only_the_stage_with_writers_waits(account: Account) -> None:
    account.run("model")
    assert account.clock.now < SETTLE_SECONDS
