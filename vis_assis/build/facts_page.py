"""Renders docs/aws_facts.md: what the code believes of AWS, and how we know."""

from __future__ import annotations

from typing import Any

from vis_assis import facts


def render() -> str:
    """The page's text."""
    table, beliefs = facts.recorded(), facts.beliefs()
    rows = [row for group in table["groups"] for row in group["rows"]]
    lines = [
        "# What we know of AWS",
        "",
        "Written by `make docs` from `vis_assis/facts/`. "
        f"{len(rows)} answers of AWS have a source; {len(beliefs)} beliefs are not yet seen there.",
        "",
        "A source is an answer that a public project recorded from AWS, its source text, or AWS's "
        "own documents; only recorded answers have a date. `tests/aws_facts` asks the local cloud "
        "the same; a row says where it is knowingly different.",
    ]
    for group in table["groups"]:
        used = ", ".join(f"`{path}`" for path in group["used"])
        lines += ["", f"## {group['about']}", "", f"Used by {used}.", ""]
        lines += ["| fact | answer | source | date |", "|---|---|---|---|"]
        lines += [_fact(row, table["sources"]) for row in group["rows"]]
    lines += [
        "",
        "## Not yet seen on AWS",
        "",
        "`make verify` looks with the check that is named here, or you do by hand.",
        "",
        "| belief | depends on it | check | if it does not hold |",
        "|---|---|---|---|",
    ]
    for belief in beliefs:
        check = belief["check"]
        shown = check if check.startswith("by hand") else f"`{check}`"
        columns = (belief["belief"], f"`{belief['depends']}`", shown, belief["remedy"])
        lines.append(_line(*columns))
    return "\n".join(lines) + "\n"


def _fact(row: dict[str, Any], sources: dict[str, str]) -> str:
    answer = row["answer"]
    given = " ".join(str(answer[name]) for name in ("status", "code") if name in answer)
    fact = row["fact"]
    if "differs" in row:
        differs = row["differs"]
        fact += f" **The local cloud answers {differs['answer']['status']}:** {differs['why']}"
    kind, path, *where = row["source"].split(" ", 2)
    name = " ".join([kind, *(where or [path])])
    return _line(fact, given, f"[{name}]({sources[kind]}{path})", str(row.get("date", "")))


def _line(*columns: str) -> str:
    return f"| {' | '.join(column.replace('|', chr(92) + '|') for column in columns)} |"
