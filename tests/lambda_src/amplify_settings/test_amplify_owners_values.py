"""What the app's owner has under names of the stack's comes back, or is never touched."""

from __future__ import annotations

from typing import Any

import pytest

from amplify_settings.apply import Outcome
from amplify_settings.errors import InvalidRequest
from tests.fakes.amplify import FakeAmplify
from tests.lambda_src.amplify_settings.test_amplify_settings import OURS, THEIRS, run

AUDIO = "NEXT_PUBLIC_DEBUG_AUDIO"
ENDPOINT, REGION = OURS
OF_THE_OWNER = {**THEIRS, ENDPOINT: "https://theirs", REGION: OURS[REGION]}


def wish(**other: Any) -> dict[str, Any]:
    return {
        "branches": [],
        "variables": OURS,
        "defaults": {AUDIO: "false"},
        **other,
    }


EXPLICIT = wish(variables={**OURS, AUDIO: "true"}, defaults={})


def app_with(**own: str) -> FakeAmplify:
    return FakeAmplify({"d1": {**THEIRS, **own}})


def test_an_app_without_a_default_gets_it_until_the_end() -> None:
    amplify = app_with()
    run(amplify, "create", wish())
    assert amplify.settings("d1") == {**THEIRS, **OURS, AUDIO: "false"}
    run(amplify, "delete", wish())
    assert amplify.apps["d1"] == THEIRS


@pytest.mark.parametrize("value", ["true", "false"])
def test_an_owners_value_goes_before_a_default_and_stays(value: str) -> None:
    amplify = app_with(**{AUDIO: value})
    run(amplify, "create", wish())
    assert amplify.apps["d1"][AUDIO] == value
    run(amplify, "delete", wish())
    assert amplify.apps["d1"] == {**THEIRS, AUDIO: value}


def test_an_owners_value_that_gave_way_to_nothing_may_still_change() -> None:
    amplify = app_with(**{AUDIO: "true"})
    run(amplify, "create", wish())
    amplify.apps["d1"][AUDIO] = "false"
    run(amplify, "delete", wish())
    assert amplify.apps["d1"] == {**THEIRS, AUDIO: "false"}


def test_what_was_configured_explicitly_is_set_and_the_owners_value_comes_back() -> None:
    amplify = app_with(**{AUDIO: "owner"})
    run(amplify, "create", EXPLICIT)
    assert amplify.apps["d1"][AUDIO] == "true"
    run(amplify, "update", wish())
    assert amplify.apps["d1"][AUDIO] == "owner"
    run(amplify, "delete", wish())
    assert amplify.apps["d1"] == {**THEIRS, AUDIO: "owner"}


def test_what_is_no_longer_configured_goes_back_to_the_default() -> None:
    amplify = app_with()
    run(amplify, "create", EXPLICIT)
    run(amplify, "update", wish())
    assert amplify.settings("d1") == {**THEIRS, **OURS, AUDIO: "false"}


def test_owners_values_under_every_name_come_back_even_equal_ones() -> None:
    amplify = FakeAmplify({"d1": dict(OF_THE_OWNER)})
    run(amplify, "create", wish())
    assert OURS.items() <= amplify.apps["d1"].items()
    run(amplify, "update", wish())
    run(amplify, "delete", wish())
    assert amplify.apps["d1"] == OF_THE_OWNER


def test_a_run_that_was_cut_off_leaves_no_value_of_ours_behind() -> None:
    amplify = FakeAmplify({"d1": dict(OF_THE_OWNER)})
    run(amplify, "create", wish())
    run(amplify, "create", wish())  # its state was not written
    newer = wish(variables={**OURS, ENDPOINT: "https://two"})
    run(amplify, "update", newer)
    run(amplify, "update", newer)  # neither was this one's
    run(amplify, "delete", newer)
    assert amplify.apps["d1"] == OF_THE_OWNER


def test_a_value_changed_by_hand_comes_back_after_an_update() -> None:
    amplify = app_with()
    run(amplify, "create", wish())
    amplify.apps["d1"][ENDPOINT] = "https://by-hand"
    newer = wish(variables={**OURS, ENDPOINT: "https://two"})
    run(amplify, "update", newer)
    assert amplify.apps["d1"][ENDPOINT] == "https://two"
    run(amplify, "delete", newer)
    assert amplify.apps["d1"] == {**THEIRS, ENDPOINT: "https://by-hand"}


def test_only_the_note_changes_when_the_app_holds_all_already() -> None:
    amplify = FakeAmplify({"d1": {**OURS, AUDIO: "true"}}, branches=("main",))
    assert run(amplify, "create", wish(branches=["main"])) == Outcome((), {})
    assert amplify.builds == []
    run(amplify, "delete", wish())
    assert amplify.apps["d1"] == {**OURS, AUDIO: "true"}


@pytest.mark.parametrize("note", ["", "{", "[]", '{"A": 1}'])
def test_a_damaged_note_is_named(note: str) -> None:
    amplify = app_with(VIS_ASSIS_SETTINGS=note)
    with pytest.raises(InvalidRequest, match=r"VIS_ASSIS_SETTINGS .* delete it"):
        run(amplify, "create", wish())
