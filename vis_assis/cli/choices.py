"""What is chosen for any command, before or after its name: `--stack NAME` and `--plain`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from typer.core import TyperGroup

_WITH_VALUE, _FLAGS = ("--stack",), ("--plain",)


class Listing(TyperGroup):
    """Commands with the whole first line of what each does, however narrow the terminal is."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the list for `--help`."""
        there = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            rows = [(name, (each.help or "").partition("\n\n")[0]) for name, each in there if each]
            formatter.write_dl([(name, text.replace("\n", " ")) for name, text in rows])


class Commands(Listing):
    """Commands that take the common options wherever they stand."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Moves the common options to the front, up to `--`."""
        front: list[str] = []
        rest: list[str] = []
        waiting = list(args)
        while waiting and waiting[0] != "--":
            word = waiting.pop(0)
            if word in _WITH_VALUE and waiting:
                front += [word, waiting.pop(0)]
            elif word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
                front.append(word)
            else:
                rest.append(word)
        return super().parse_args(ctx, [*front, *rest, *waiting])


@dataclass
class _Choices:
    stack: str = ""
    plain: bool = False


_chosen = _Choices()


def choose(stack: str, *, plain: bool) -> None:
    """Notes what was chosen for the command that is run."""
    _chosen.stack, _chosen.plain = stack, plain


def chosen_stack() -> str:
    """The stack that the user names; empty when that is whichever is at hand."""
    return _chosen.stack


def is_plain() -> bool:
    """Whether to print one fact a line: no tables, no line that is written again."""
    return _chosen.plain or not sys.stdout.isatty()
