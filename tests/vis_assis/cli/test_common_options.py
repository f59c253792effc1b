"""A command acts on the stack that the user names, or on none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.fakes.client import client_error
from vis_assis import __main__ as vis_assis_main
from vis_assis.amplify import state_bucket
from vis_assis.aws.cloud import Cloud
from vis_assis.cli import deployed, remembered
from vis_assis.cli.choices import chosen_stack, is_plain
from vis_assis.errors import CommandError
from vis_assis.stack.target import Target
from vis_assis.terraform.runner import Terraform


def outputs(name: str, account: str = "111111111111") -> dict[str, Any]:
    return {"stack_name": name, "account_id": account, "region": "eu-west-1"}


Act = Callable[[dict[str, Any] | None, str], str]


@pytest.fixture
def act(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Act:
    """What a command says that is asked to act on a stack, with another one's state at hand."""
    target = Target(Terraform(tmp_path, {}), is_local=False, where="AWS")
    monkeypatch.setattr(remembered, "FOLDER", tmp_path / "stacks")
    monkeypatch.setattr(deployed, "find_target", lambda **_: target)
    monkeypatch.setattr(Cloud, "identity", ("aws", "111111111111"))
    monkeypatch.setattr(state_bucket, "outputs", lambda _cloud, name: {"c": outputs("c")}.get(name))

    def said(at_hand: dict[str, Any] | None, name: str) -> str:
        def read(_: Target) -> dict[str, Any]:
            if at_hand is None:
                raise CommandError(deployed.NO_STACK)
            return at_hand

        monkeypatch.setattr(deployed, "deployed_outputs", read)
        monkeypatch.setattr(deployed, "chosen_stack", lambda: name)
        try:
            with deployed.deployed_stack("status", tmp_path) as stack:
                return f"acts on {stack.outputs['stack_name']}"
        except SystemExit:
            return capsys.readouterr().err

    return said


@pytest.mark.parametrize("at_hand", [outputs("b"), outputs("b", "222222222222"), None], ids=str)
def test_the_named_stack_is_found_again_until_it_is_gone(
    at_hand: dict[str, Any] | None, act: Act
) -> None:
    assert act(outputs("a"), "a") == "acts on a"
    assert act(at_hand, "a") == "acts on a"
    remembered.forget("a")
    assert "s3://a-terraform-state-111111111111 holds no state of it" in act(at_hand, "a")
    assert act(at_hand, "c") == "acts on c"


def test_who_may_not_read_the_state_acts_on_the_stack_used_before(
    act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise client_error("AccessDenied", "ListObjectsV2")

    monkeypatch.setattr(state_bucket, "outputs", denied)
    assert act(outputs("a"), "a") == "acts on a"
    assert act(outputs("b"), "a") == "acts on a"
    assert "AccessDenied" in act(outputs("b"), "c")


def test_another_account_is_refused(act: Act) -> None:
    said = act(outputs("a", "222222222222"), "")
    assert "stack a is in account 222222222222, and your credentials are for 1111" in said


@pytest.mark.parametrize(
    "arguments",
    [["--stack", "b", "--plain", "validate"], ["validate", "--plain", "--stack=b"]],
)
def test_the_options_stand_before_or_after_a_command(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Terraform, "init", lambda *_, **__: None)
    chosen = []
    monkeypatch.setattr(
        Terraform, "run", lambda *_, **__: chosen.append((chosen_stack(), is_plain()))
    )
    CliRunner().invoke(vis_assis_main.app, arguments)
    assert chosen == [("b", True)]


def test_a_shell_completes_the_commands() -> None:
    asked = {
        "_VIS_ASSIS_COMPLETE": "complete_bash",
        "COMP_WORDS": "vis-assis nav",
        "COMP_CWORD": "1",
    }
    done = CliRunner().invoke(vis_assis_main.app, prog_name="vis-assis", env=asked)
    assert done.output == "navigation\n"
