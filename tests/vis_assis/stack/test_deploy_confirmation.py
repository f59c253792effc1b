"""Nothing is destroyed unless somebody at a terminal types the stack's name."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import pytest

from vis_assis.cli.deployed import deployed_outputs
from vis_assis.cli.stack_commands import ask_for_name
from vis_assis.errors import CommandError
from vis_assis.stack.target import Target
from vis_assis.terraform.runner import Terraform


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
    assert ask_for_name("vis-assis") is confirmed


def test_the_question_names_what_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("no\n"))
    ask_for_name("vis-assis")
    assert "Type the stack's name (vis-assis) to destroy it" in capsys.readouterr().out


def test_a_closed_terminal_destroys_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(""))
    with pytest.raises(CommandError, match="nothing was destroyed"):
        ask_for_name("vis-assis")


def test_a_script_has_to_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("vis-assis\n", is_terminal=False))
    with pytest.raises(CommandError, match="set AUTO_APPROVE=1"):
        ask_for_name("vis-assis")


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
