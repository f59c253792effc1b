"""When the teardown removes nothing: protection, retention, and orders that nobody gave."""

from __future__ import annotations

import json
from typing import Any

import pytest

from teardown.errors import DestroyRefused, InvalidOrder
from teardown.order import parse
from teardown.settings import Stack, read
from tests.fakes.teardown_account import Account, changed


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.mark.parametrize("stage", ["guard", "cleanup", "studio", "network"])
def test_deletion_protection_stops_every_stage(account: Account, stage: str) -> None:
    before = Account().state()
    with pytest.raises(DestroyRefused, match="apply deletion_protection=false"):
        account.run(stage=stage, stack=changed(deletion_protection=True))
    assert account.state() == before


@pytest.mark.parametrize(
    ("kept", "address"),
    [("retain_buckets", "module.model_buckets"), ("retain_models", "module.model_registry")],
)
def test_the_guard_says_how_to_keep_things(account: Account, kept: str, address: str) -> None:
    with pytest.raises(DestroyRefused, match=rf"state rm module\.teardown_guard\.\S+ {address}`"):
        account.run(stage="guard", stack=changed(**{kept: True}))
    assert account.run(stage="guard") == {"stage": "guard", "action": "delete"}


def test_the_guard_stops_before_a_protected_user_pool_does(account: Account) -> None:
    with pytest.raises(DestroyRefused, match="apply sign_in with deletion_protection=false"):
        account.run(stage="guard", stack=changed(user_pool_protection=True))


@pytest.mark.parametrize(
    "event", [{}, {"stage": "cleanup"}, {"stage": "cleanup", "tf": {"action": "purge"}}, {"tf": 1}]
)
def test_a_stray_invocation_removes_nothing(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidOrder, match="nothing was removed"):
        parse(event)


def test_an_unknown_stage_is_refused(account: Account) -> None:
    with pytest.raises(InvalidOrder, match="unknown stage 'clean'"):
        account.run(stage="clean")


@pytest.mark.parametrize("stage", ["studio", "network", "cleanup"])
def test_a_stage_without_its_names_is_refused(account: Account, stage: str) -> None:
    with pytest.raises(InvalidOrder, match="needs"):
        account.run(stage=stage, stack=Stack(name="vis"))


ENVIRONMENT = {
    "KEEP": json.dumps(
        {
            "deletion_protection": False,
            "retain_buckets": False,
            "retain_models": False,
            "user_pool_protection": False,
        }
    ),
    "SETTLE_SECONDS": "60",
    "STACK_NAME": "vis",
}
NAMES = {
    "endpoint": "paligemma-endpoint-123456789012",
    "groups": ["vis-depth-model-package-group"],
    "model_prefix": "vis-navigation",
    "pipelines": ["vis-depth-pipeline"],
    "writers": ["vis-promote-model"],
}


def test_what_terraform_sends_is_taken() -> None:
    stack = read(ENVIRONMENT, NAMES)
    assert (stack.endpoint, stack.groups) == (NAMES["endpoint"], (NAMES["groups"][0],))
    assert read(ENVIRONMENT, {"endpoint": f"vis-{NAMES['endpoint']}"}).pipelines == ()


@pytest.mark.parametrize(
    "names",
    [
        {"endpoint": "another-endpoint"},
        {"endpoint": "other-paligemma-endpoint-123456789012"},
        {"groups": ["vis-depth-model-package-group", "other-model-package-group"]},
        {"groups": [1]},
        {"model_prefix": "vis-b-navigation"},
        {"model_prefix": ""},
        {"pipelines": ["vision-pipeline"]},
        {"writers": "admin"},
        {"roles": ["admin"]},
        ["vis-promote-model"],
    ],
)
def test_a_name_that_the_stack_does_not_give_is_refused(names: Any) -> None:
    with pytest.raises(InvalidOrder, match="nothing was removed"):
        read(ENVIRONMENT, names)
