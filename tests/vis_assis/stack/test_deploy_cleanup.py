"""The cleanup that no state knows any more runs from here, on the same names."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, cast

import pytest

from common.errors import VisAssisError
from tests.fakes.teardown_account import ENDPOINT, NAMES, ONLY_OTHERS, Account
from vis_assis.aws.cloud import Cloud
from vis_assis.stack.cleanup import made_beside, make_up_for
from vis_assis.terraform.plan import Plan
from vis_assis.terraform.runner import Terraform

KEEP = {
    "deletion_protection": False,
    "retain_buckets": False,
    "retain_models": False,
    "user_pool_protection": False,
}
FUNCTION = "vis-teardown"
OURS = {"endpoints", "models", "configs", "versions", "running", "targets", "alarms"}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()
    monkeypatch.setattr(time, "sleep", account.clock.sleep)
    return account


def planned(kind: str, name: str, after: dict[str, Any], action: str = "create") -> dict[str, Any]:
    side, other = ("before", "after") if action == "delete" else ("after", "before")
    change = {"actions": [action], side: after, other: None}
    return {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "change": change}


def plan(*, invocations: str = "create", **keep: bool) -> Plan:
    """A plan whose invocations the state knows, or not."""
    variables = {"STACK_NAME": "vis", "KEEP": json.dumps({**KEEP, **keep}), "SETTLE_SECONDS": "1"}
    inputs = [{"stage": stage, **NAMES[stage]} for stage in ("guard", "model", "navigation")]
    changes = [
        planned("aws_lambda_function", "other", {"environment": [{"variables": {"A": "b"}}]}),
        planned(
            "aws_lambda_function",
            "teardown",
            {"function_name": FUNCTION, "environment": [{"variables": variables}]},
        ),
        # Another function's business, such as the settings of an Amplify app.
        planned("aws_lambda_invocation", "settings", {"function_name": "other", "input": "{}"}),
        # Its domain is new as well, so what it would be about is not known.
        planned("aws_lambda_invocation", "contents", {"function_name": FUNCTION}),
        *(
            planned(
                "aws_lambda_invocation",
                str(number),
                {"function_name": FUNCTION, "input": json.dumps(asked)},
                invocations,
            )
            for number, asked in enumerate(inputs)
        ),
    ]
    return Plan(Terraform(Path(), {}), Path(), {"resource_changes": changes})


def test_what_the_state_does_not_know_is_removed(account: Account) -> None:
    told: list[str] = []
    make_up_for(cast(Cloud, account), plan(), told.append)
    state = account.state()
    assert {name: state[name] for name in OURS} == {name: ONLY_OTHERS[name] for name in OURS}
    assert f"Removed endpoint {ENDPOINT}" in told
    told.clear()
    make_up_for(cast(Cloud, account), plan(), told.append)
    assert told == []


def test_what_terraform_will_run_itself_is_left_to_it(account: Account) -> None:
    make_up_for(cast(Cloud, account), plan(invocations="no-op"), print)
    assert account.state() == Account().state()


def test_a_protected_stack_is_not_touched(account: Account) -> None:
    with pytest.raises(VisAssisError, match="deletion_protection=false"):
        make_up_for(cast(Cloud, account), plan(deletion_protection=True), print)
    assert account.state() == Account().state()


@pytest.mark.parametrize("invocations", ["create", "no-op", "delete"])
def test_what_was_made_beside_is_listed_once(account: Account, invocations: str) -> None:
    found = made_beside(cast(Cloud, account), plan(invocations=invocations))
    assert ("endpoint", ENDPOINT) in found
    assert [name for kind, name in found if kind == "model package"] == ["v1", "v2"]
    assert not {name for _, name in found} & {"vis-other", "other", "function"}
    assert len(found) == len(set(found))


def test_kept_versions_are_not_left_over(account: Account) -> None:
    found = made_beside(cast(Cloud, account), plan(retain_models=True))
    assert not [name for kind, name in found if kind == "model package"]
