"""Compares how moto's tests ended on moto with how they ended on the local cloud."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Records = Mapping[str, Mapping[str, Any]]
"""By node id: `outcome`, `message` and the `services` that the test called."""


@dataclass(frozen=True)
class Accepted:
    """Why a test that passes on moto need not pass here.

    Attributes:
        reason: what differs.
        source: who says that AWS does what the local cloud does; for a limit, where it is said.
        aws_refuses: whether the test would fail on AWS as well, as far as the source says.
    """

    reason: str
    source: str
    aws_refuses: bool


@dataclass
class Comparison:
    """The tests of one service, by node id.

    Attributes:
        run: tests that were sent requests, skips and those left out excepted.
        left_out: tests that call a service which is not compared.
        on_moto: passed on moto.
        on_local_cloud: passed on the local cloud.
        listed: differences that are accepted.
        unlisted: differences that are not, with the error.
    """

    run: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    on_moto: list[str] = field(default_factory=list)
    on_local_cloud: list[str] = field(default_factory=list)
    listed: dict[str, Accepted] = field(default_factory=dict)
    unlisted: dict[str, str] = field(default_factory=dict)

    def refused_by_aws(self) -> list[str]:
        """Accepted differences that AWS would refuse as the local cloud does."""
        return [test for test, accepted in self.listed.items() if accepted.aws_refuses]


@dataclass(frozen=True)
class AcceptedList:
    """What `accepted.toml` says: differences by node id, and services left out."""

    differences: Mapping[str, Accepted]
    left_out: Mapping[str, str]

    @classmethod
    def read(cls, file: Path) -> AcceptedList:
        """Read the committed list.

        Raises:
            ValueError: a test is listed twice.
        """
        content = tomllib.loads(file.read_text())
        differences: dict[str, Accepted] = {}
        for entry in content["difference"]:
            accepted = Accepted(entry["reason"], entry["source"], entry["aws_refuses"])
            for test in entry["tests"]:
                if test in differences:
                    raise ValueError(f"{file.name} lists {test} twice: keep one entry")
                differences[test] = accepted
        left_out = {entry["service"]: entry["reason"] for entry in content["left_out"]}
        return cls(differences, left_out)


def compare(moto: Records, local_cloud: Records, accepted: AcceptedList) -> Comparison:
    """Sort the tests of one service."""
    result = Comparison()
    for test, record in moto.items():
        if not record["services"] or record["outcome"] == "skipped":
            continue
        if accepted.left_out.keys() & set(record["services"]):
            result.left_out.append(test)
            continue
        result.run.append(test)
        here = local_cloud.get(test, {"outcome": "failed", "message": "did not run"})
        if record["outcome"] == "passed":
            result.on_moto.append(test)
        if here["outcome"] == "passed":
            result.on_local_cloud.append(test)
        elif record["outcome"] == "passed":
            if test in accepted.differences:
                result.listed[test] = accepted.differences[test]
            else:
                result.unlisted[test] = here["message"]
    return result


def outdated(results: Mapping[str, Comparison], accepted: AcceptedList) -> list[str]:
    """Listed tests of the compared services that pass now, or that the checkout does not have."""
    folders = tuple(f"tests/test_{service}/" for service in results)
    differ = {test for result in results.values() for test in result.listed}
    return [t for t in accepted.differences if t.startswith(folders) and t not in differ]
