"""Builds that cannot be started: nothing is lost, and the error says what to do."""

from __future__ import annotations

import pytest

from amplify_settings.errors import BranchBusyError, BuildsMissingError
from tests.fakes.amplify import FakeAmplify
from tests.lambda_src.amplify_settings.test_amplify_settings import OURS, THEIRS, run, wish


@pytest.fixture
def amplify() -> FakeAmplify:
    return FakeAmplify({"d1": dict(THEIRS)}, branches=("main", "next"))


def test_a_build_under_way_is_waited_for(amplify: FakeAmplify) -> None:
    amplify.busy = {"main"}

    def wait() -> bool:
        amplify.busy.clear()
        return True

    assert run(amplify, "create", wish(), wait=wait).builds == {"main": "1"}
    assert amplify.settings("d1") == {**THEIRS, **OURS}


def test_a_build_that_does_not_end_is_named_and_the_next_try_builds(amplify: FakeAmplify) -> None:
    amplify.busy = {"main"}
    with pytest.raises(BranchBusyError, match=r"branch main of Amplify app d1 .* deploy again"):
        run(amplify, "create", wish())
    assert amplify.apps["d1"] == THEIRS
    amplify.busy.clear()
    assert run(amplify, "create", wish()).builds == {"main": "1"}


def test_variables_go_back_only_when_no_branch_is_built_with_them(amplify: FakeAmplify) -> None:
    amplify.busy = {"main"}
    with pytest.raises(BranchBusyError):
        run(amplify, "create", wish(branches=["main", "next"]))
    assert amplify.apps["d1"] == THEIRS

    amplify.busy = {"next"}
    command = "aws amplify start-job --app-id d1 --branch-name next --job-type RELEASE"
    with pytest.raises(BuildsMissingError, match=command):
        run(amplify, "create", wish(branches=["main", "next"]))
    assert amplify.builds == [("d1", "main")]
    assert amplify.settings("d1") == {**THEIRS, **OURS}
