"""The stack's variables in an Amplify app: merged, built, moved and removed."""

from __future__ import annotations

from typing import Any

import pytest

from amplify_settings.app import App
from amplify_settings.apply import Outcome, Wait, apply
from amplify_settings.errors import AppMissingError, BranchMissingError, InvalidRequest
from amplify_settings.merge import NOTE
from amplify_settings.request import Request
from amplify_settings.settings import Settings
from common.errors import SettingsError
from tests.fakes.amplify import FakeAmplify

OURS = {"NEXT_PUBLIC_API_GATEWAY_ENDPOINT": "https://one", "NEXT_PUBLIC_REGION_NAME": "eu-west-1"}
THEIRS = {"ANALYTICS_KEY": "theirs"}


OWNED = {*OURS, "NEXT_PUBLIC_DEBUG_AUDIO"}


def wish(**other: Any) -> dict[str, Any]:
    return {"branches": ["main"], "variables": OURS, "defaults": {}, **other}


def run(
    amplify: FakeAmplify,
    action: str,
    now: Any,
    *,
    wait: Wait = lambda: False,
    app: str = "d1",
) -> Outcome:
    event = {**now, "tf": {"action": action}}
    return apply(Request.from_event(event, OWNED), App(amplify, app), wait)


@pytest.fixture
def amplify() -> FakeAmplify:
    return FakeAmplify({"d1": dict(THEIRS), "d2": {}}, branches=("main", "next"))


def test_variables_are_merged_and_a_build_starts(amplify: FakeAmplify) -> None:
    outcome = run(amplify, "create", wish(branches=["main", "next"]))
    assert amplify.settings("d1") == {**THEIRS, **OURS}
    assert amplify.builds == [("d1", "main"), ("d1", "next")]
    assert outcome == Outcome(tuple(sorted(OURS)), {"main": "1", "next": "2"})


def test_nothing_new_starts_no_build(amplify: FakeAmplify) -> None:
    run(amplify, "create", wish())
    assert run(amplify, "update", wish()) == Outcome((), {})
    assert len(amplify.builds) == 1


def test_an_update_changes_and_drops_only_its_own(amplify: FakeAmplify) -> None:
    run(amplify, "create", wish())
    amplify.apps["d1"]["ADDED_LATER"] = "theirs"
    new = {"NEXT_PUBLIC_API_GATEWAY_ENDPOINT": "https://two"}
    run(amplify, "update", wish(variables=new))
    assert amplify.settings("d1") == {**THEIRS, "ADDED_LATER": "theirs", **new}
    assert len(amplify.builds) == 2


def test_destroy_leaves_what_is_theirs(amplify: FakeAmplify) -> None:
    run(amplify, "create", wish())
    amplify.apps["d1"]["NEXT_PUBLIC_REGION_NAME"] = "changed by hand"
    run(amplify, "delete", wish())
    assert amplify.apps["d1"] == {**THEIRS, "NEXT_PUBLIC_REGION_NAME": "changed by hand"}
    assert len(amplify.builds) == 1


def test_destroy_empties_an_app_that_had_nothing(amplify: FakeAmplify) -> None:
    run(amplify, "create", wish(), app="d2")
    run(amplify, "delete", wish(), app="d2")
    assert amplify.apps["d2"] == {}


def test_destroy_does_not_mind_that_the_app_is_gone(amplify: FakeAmplify) -> None:
    assert run(amplify, "delete", wish(), app="d9") == Outcome((), {})


@pytest.mark.parametrize("action", ["create", "update"])
def test_a_missing_app_is_named(amplify: FakeAmplify, action: str) -> None:
    with pytest.raises(AppMissingError, match=r"no Amplify app d9 .* set amplify_app_id"):
        run(amplify, action, wish(), app="d9")
    assert amplify.apps["d1"] == THEIRS


def test_a_missing_branch_is_named_and_the_next_try_builds(amplify: FakeAmplify) -> None:
    with pytest.raises(BranchMissingError, match="no branch gone of Amplify app d1"):
        run(amplify, "create", wish(branches=["gone"]))
    assert amplify.apps["d1"] == THEIRS
    run(amplify, "create", wish())
    assert amplify.builds == [("d1", "main")]


@pytest.mark.parametrize(
    "event",
    [
        wish(),
        {**wish(), "tf": {"action": "destroy"}},
        {"branches": [], "tf": {"action": "create"}},
        {**wish(variables=["A"]), "tf": {"action": "create"}},
        {**wish(variables={**OURS, "_BUILD_TIMEOUT": "5"}), "tf": {"action": "create"}},
        {**wish(defaults={"TF_VAR_no_amplify": "true"}), "tf": {"action": "update"}},
        {**wish(variables={NOTE: "{}"}), "tf": {"action": "create"}},
    ],
)
def test_an_event_of_somebody_else_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        Request.from_event(event, OWNED)


def test_the_app_of_an_event_is_not_asked_for(amplify: FakeAmplify) -> None:
    run(amplify, "create", wish(app_id="d2"))
    assert (amplify.settings("d1"), amplify.apps["d2"]) == ({**THEIRS, **OURS}, {})


def test_app_and_names_come_from_the_functions_environment() -> None:
    environment = {"APP_ID": "d1", "VARIABLE_NAMES": '["A", "B"]'}
    assert Settings.from_environment(environment) == Settings("d1", frozenset({"A", "B"}))


def test_a_function_without_names_changes_nothing() -> None:
    with pytest.raises(SettingsError, match="VARIABLE_NAMES"):
        Settings.from_environment({"APP_ID": "d1", "VARIABLE_NAMES": ""})
