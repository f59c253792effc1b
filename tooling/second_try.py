"""`python -m tooling.second_try TARGET`: once more the files that failed on a deployed stack.

Those tests wait for other processes with a deadline, which a busy machine can miss, and may go on
where the one before them in the file left the stack. For CI, after a failed `make test` or
`make test-long`: a run that broke off, or a failure elsewhere, stays one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tooling.environments import ROOT

RECORD = ROOT / ".cache" / "test-run.json"
DEPLOYED = "tests/stack/"
TESTS_FAILED = 1  # https://docs.pytest.org/en/stable/reference/exit-codes.html


class NoSecondTryError(RuntimeError):
    """The run stays a failure; the message says why."""


@dataclass(frozen=True)
class Run:
    """How a run of the tests ended.

    Args:
        exit_code: pytest's.
        failed: ids of the tests that failed.
        passed: ids of those that passed.
    """

    exit_code: int
    failed: list[str]
    passed: list[str]


def read_run(file: Path = RECORD) -> Run:
    """What the last run recorded.

    Raises:
        NoSecondTryError: when it recorded nothing.
    """
    try:
        return Run(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise NoSecondTryError(f"the run recorded nothing ({error})") from error


def second_try(file: Path, again: Callable[[list[str]], object]) -> list[str]:
    """Has the files of the failed tests run again; the ids of those that passed only then.

    Args:
        file: what the last run recorded.
        again: runs these test files once more, and records that in the same file.

    Raises:
        NoSecondTryError: when there is nothing to try again, or that failed as well.
    """
    first = read_run(file)
    if first.exit_code != TESTS_FAILED or not first.failed:
        raise NoSecondTryError(f"the run broke off: pytest's exit code is {first.exit_code}")
    elsewhere = [test for test in first.failed if not test.startswith(DEPLOYED)]
    if elsewhere:
        raise NoSecondTryError(f"these need no deployed stack: {', '.join(elsewhere)}")
    file.unlink()
    again(sorted({test.split("::")[0] for test in first.failed}))
    second = read_run(file)
    left = sorted(set(first.failed) - set(second.passed))
    if second.exit_code or left:
        raise NoSecondTryError(f"not passed on the second try either: {', '.join(left) or '-'}")
    return first.failed


def main() -> None:
    """Ends with 0 when all that failed passed now, which it names, and with 1 otherwise."""
    target = sys.argv[1]

    def again(files: list[str]) -> None:
        subprocess.run(["make", target, f"FILES={' '.join(files)}"], check=False)

    try:
        passed = second_try(RECORD, again)
    except NoSecondTryError as problem:
        sys.exit(f"no second try: {problem}")
    print(f"passed only on the second try: {', '.join(passed)}")


if __name__ == "__main__":
    main()
