"""No data is destroyed unless somebody at a terminal types the stack's name."""

from __future__ import annotations

import re
import sys
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vis_assis import __main__ as vis_assis_main
from vis_assis.cli import deployed, stack_commands
from vis_assis.cli.deployed import deployed_outputs
from vis_assis.cli.stack_commands import ask_for_name
from vis_assis.errors import CommandError
from vis_assis.stack.target import Target
from vis_assis.terraform.runner import Terraform, TerraformError


class Terminal(StringIO):
    """What is typed, at a terminal or out of a pipe."""

    def __init__(self, typed: str, *, is_terminal: bool = True) -> None:
        super().__init__(typed)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("typed", "confirmed"), [("vis-assis\n", True), ("vis\n", False), ("y\n", False), ("\n", False)]
)
def test_only_the_name_confirms(
    monkeypatch: pytest.MonkeyPatch, typed: str, confirmed: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert ask_for_name("vis-assis", "destroy it") is confirmed


def test_the_question_names_what_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("no\n"))
    ask_for_name("vis-assis", "destroy it")
    assert "Type the stack's name (vis-assis) to destroy it" in capsys.readouterr().out


def test_a_closed_terminal_destroys_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(""))
    with pytest.raises(CommandError, match="nothing was changed"):
        ask_for_name("vis-assis", "destroy it")


def test_a_script_has_to_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("vis-assis\n", is_terminal=False))
    with pytest.raises(CommandError, match="set AUTO_APPROVE=1"):
        ask_for_name("vis-assis", "destroy it")


def test_a_destroy_that_nobody_can_confirm_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_commands, "destroy", lambda *_, **__: pytest.fail("it began"))
    monkeypatch.delenv("AUTO_APPROVE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    done = CliRunner().invoke(vis_assis_main.app, ["destroy"])
    assert done.exit_code == 1
    assert done.stderr == (
        "destroy failed: there is no terminal to ask you at: set AUTO_APPROVE=1 to destroy from a "
        "script\n"
    )


@pytest.mark.parametrize(
    ("resources", "remedy"),
    [
        ([], "no stack is deployed here: run `make deploy`"),
        (["aws_iam_role.this"], "`make deploy` to have them back, or `make destroy` to go on"),
    ],
)
def test_without_outputs_the_way_on_is_named(
    monkeypatch: pytest.MonkeyPatch, resources: list[str], remedy: str
) -> None:
    monkeypatch.setattr(Terraform, "outputs", lambda _: {})
    monkeypatch.setattr(Terraform, "recorded", lambda _: resources)
    target = Target(Terraform(Path(), {}), is_local=True, where="here")
    with pytest.raises(CommandError, match=remedy):
        deployed_outputs(target)


STACK_COMMANDS = (
    *("approve depth", "backup", "dead-letters list", "env-local", "history depth", "logs x"),
    *("navigation rollback", "navigation status", "publish depth x.zip", "reject depth"),
    *("restore", "run depth", "status", "user add", "user list", "user remove"),
)


@pytest.mark.parametrize("command", STACK_COMMANDS)
def test_every_command_says_that_there_is_no_stack(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    target = Target(Terraform(tmp_path, {}, state=tmp_path / "none"), is_local=False, where="AWS")
    monkeypatch.setattr(deployed, "find_target", lambda **_: target)
    done = CliRunner().invoke(vis_assis_main.app, command.split())
    assert done.exit_code == 1
    name = re.sub(" (depth|x).*", "", command)
    assert done.stderr.startswith(f"{name} failed: no stack is deployed here: run `make deploy`")
    assert len(done.stderr.splitlines()) == 1


def test_missing_providers_are_installed_for_a_stack_that_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed: list[bool] = []

    def outputs(_: Terraform) -> dict[str, str]:
        if not installed:
            raise TerraformError("Error: Required plugins are not installed")
        return {"stack_name": "vis-assis"}

    monkeypatch.setattr(Terraform, "outputs", outputs)
    monkeypatch.setattr(Terraform, "init", lambda _: installed.append(True))
    target = Target(Terraform(tmp_path, {}), is_local=False, where="AWS")
    assert deployed_outputs(target) == {"stack_name": "vis-assis"}


OLD_TERRAFORM = "#!/bin/sh\necho Terraform v1.5.7\n"


@pytest.mark.parametrize(
    "command", [*STACK_COMMANDS, "demo", "deploy", "destroy", "local", "validate"]
)
def test_every_command_names_a_terraform_that_is_too_old(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    command: str,
) -> None:
    terraform = tmp_path / "terraform"
    terraform.write_text(OLD_TERRAFORM)
    terraform.chmod(0o755)
    monkeypatch.setenv("TERRAFORM", str(terraform))
    assert CliRunner().invoke(vis_assis_main.app, command.split()).exit_code == 1
    printed = capfd.readouterr().err
    assert "Terraform 1.5.7 is too old; 1.11 or newer is needed" in printed
    assert len(printed.splitlines()) == 1


def test_a_stack_of_older_outputs_is_to_be_deployed_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Terraform, "outputs", lambda _: {"region": "eu-west-1"})
    with pytest.raises(CommandError, match="older state of the repository"):
        deployed_outputs(Target(Terraform(tmp_path, {}), is_local=False, where="AWS"))
