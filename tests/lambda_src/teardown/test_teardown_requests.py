"""When the teardown removes nothing: protection, retention, and requests that nobody made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.errors import SettingsError
from teardown.errors import DestroyRefused, InvalidRequest
from teardown.request import Request, Stack, parse, read_stack
from tests.fakes.teardown_account import NAMES, Account, changed


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.mark.parametrize("stage", NAMES)
def test_deletion_protection_stops_every_stage(account: Account, stage: str) -> None:
    before = Account().state()
    with pytest.raises(DestroyRefused, match="apply deletion_protection=false"):
        account.run(stage, stack=changed(deletion_protection=True))
    assert account.state() == before


@pytest.mark.parametrize(
    ("kept", "address"),
    [("retain_buckets", "module.model_buckets"), ("retain_models", "module.model_registry")],
)
def test_the_guard_says_how_to_keep_things(account: Account, kept: str, address: str) -> None:
    with pytest.raises(DestroyRefused, match=rf"state rm \S+\.teardown_guard {address}`"):
        account.run("guard", stack=changed(**{kept: True}))
    assert account.run("guard") == {"stage": "guard", "action": "delete", "removed": []}


def test_the_guard_stops_before_a_protected_user_pool_does(account: Account) -> None:
    with pytest.raises(DestroyRefused, match="apply sign_in with deletion_protection=false"):
        account.run("guard", stack=changed(user_pool_protection=True))


DELETE = {"tf": {"action": "delete"}}
NAVIGATION = {
    "stage": "navigation",
    "endpoint": "paligemma-endpoint-123456789012",
    "model_prefix": "vis-navigation",
    "writers": ["vis-promote-model"],
}
MODEL = {
    "stage": "model",
    "group": "vis-depth-model-package-group",
    "pipeline": "vis-depth-pipeline",
}


def test_what_terraform_sends_is_taken() -> None:
    assert parse({**MODEL, **DELETE}, "vis") == Request(
        "delete", "model", group=MODEL["group"], pipeline=MODEL["pipeline"]
    )
    named = {**NAVIGATION, "endpoint": f"vis-{NAVIGATION['endpoint']}"}
    assert parse({**named, **DELETE}, "vis").writers == ("vis-promote-model",)
    assert parse({"stage": "guard", **DELETE}, "vis") == Request("delete", "guard")


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"tf": 1},
        NAVIGATION,
        {**NAVIGATION, "tf": {"action": "purge"}},
        {**NAVIGATION, **DELETE, "stage": "clean"},
        {**MODEL, **DELETE, "stage": "navigation"},
        {**MODEL, **DELETE, "group": "other-model-package-group"},
        {**MODEL, **DELETE, "group": 1},
        {**MODEL, **DELETE, "pipeline": "vision-pipeline"},
        {**MODEL, **DELETE, "roles": ["admin"]},
        {**NAVIGATION, **DELETE, "endpoint": "another-endpoint"},
        {**NAVIGATION, **DELETE, "endpoint": "other-paligemma-endpoint-123456789012"},
        {**NAVIGATION, **DELETE, "model_prefix": "vis-b-navigation"},
        {**NAVIGATION, **DELETE, "model_prefix": ""},
        {**NAVIGATION, **DELETE, "writers": "vis-admin"},
        {**NAVIGATION, **DELETE, "writers": ["vis-promote-model", "admin"]},
        {"stage": "studio", "domain_id": "", **DELETE},
        {"stage": "network", "vpc_id": "vpc-1/*", **DELETE},
    ],
)
def test_anything_else_removes_nothing(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="nothing was removed"):
        parse(event, "vis")


ENVIRONMENT = {"KEEP": '{"retain_buckets": true}', "SETTLE_SECONDS": "60", "STACK_NAME": "vis"}


def test_the_settings_are_read() -> None:
    assert read_stack(ENVIRONMENT) == Stack("vis", 60, retain_buckets=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [("KEEP", json.dumps({"retain_all": True})), ("SETTLE_SECONDS", "soon"), ("STACK_NAME", "")],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_stack({**ENVIRONMENT, name: value})
