"""Applies faults to copies of the tree, one at a time, and sees whether the tests notice."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import yaml

from tests.mutants.places import NoLongerAppliesError, changed

CAUGHT, SLIPPED, MOVED, UNJUDGED = "caught", "SLIPPED", "NO LONGER APPLIES", "CANNOT BE JUDGED"
# Environments, which are large and which no fault changes.
LINKED = (".venv", ".venvs")
# Deployed stacks and browsers take minutes; these tests themselves would run in circles.
LEFT_OUT = ("tests/browser/", "tests/mutants/", "tests/soak/", "tests/stack/")
_FAILED, _NONE_COLLECTED = 1, 5


@dataclass(frozen=True)
class Fault:
    """One broken promise.

    Args:
        promise: what the product does without the fault.
        at: function, constant or Terraform address, see `places`.
        replace: what stands there.
        by: what the fault makes of it.
        tests: regular expression for the paths below tests/ of those that should notice.
        only: pytest's -k expression; "" for all of their cases. `{folder}` in it is that of the
            file that the fault changes, such as a module's.
    """

    promise: str
    at: str
    replace: str
    by: str
    tests: str
    only: str = ""


@dataclass(frozen=True)
class Result:
    """What became of a fault; `witness` is the test that noticed, or why there is none."""

    fault: Fault
    verdict: str
    witness: str
    seconds: float = 0.0


def read_faults(table: Path) -> list[Fault]:
    """The faults of a table: groups of `tests`, `only` and `faults`."""
    groups = yaml.safe_load(table.read_text(encoding="utf-8"))
    return [
        Fault(**fault, tests=group["tests"], only=group.get("only", ""))
        for group in groups
        for fault in group["faults"]
    ]


def judge(
    root: Path,
    faults: Sequence[Fault],
    report: Callable[[Result], None],
    *,
    jobs: int = 2,
    known: Mapping[str, str] | None = None,
) -> list[Result]:
    """The results in the order of the faults.

    What noticed a fault has to pass without it: those tests run once more in the end.

    Args:
        root: the repository, of which only copies are changed.
        faults: to apply.
        report: told of each result as it comes.
        jobs: copies that are worked in at the same time.
        known: the test that noticed a promise's fault the last time, which is tried first.
    """
    with ExitStack() as stack:
        # Below build/, as everything that tests write.
        (root / "build").mkdir(exist_ok=True)
        copies: SimpleQueue[Copy] = SimpleQueue()
        for _ in range(jobs):
            folder = stack.enter_context(TemporaryDirectory(prefix="mutant-", dir=root / "build"))
            copies.put(Copy.of(root, Path(folder)))

        def try_one(fault: Fault) -> Result:
            copy = copies.get()
            try:
                started = time.monotonic()
                verdict, witness = copy.try_fault(fault, (known or {}).get(fault.promise, ""))
                result = Result(fault, verdict, witness, round(time.monotonic() - started, 1))
            finally:
                copies.put(copy)
            report(result)
            return result

        with ThreadPoolExecutor(jobs) as pool:
            results = list(pool.map(try_one, faults))
        witnesses = sorted({result.witness for result in results if result.verdict == CAUGHT})
        failing = copies.get().run(witnesses, "-n", str(jobs))[1] if witnesses else []
    return [
        replace(result, verdict=UNJUDGED, witness=f"{result.witness} fails without the fault, too")
        if result.witness in failing
        else result
        for result in results
    ]


@dataclass(frozen=True)
class Copy:
    """A copy of the tree: what git tracks and what it does not know yet.

    Its tests run with the original's interpreter, whose packages are compiled already.
    """

    root: Path
    names: tuple[str, ...]

    @classmethod
    def of(cls, original: Path, root: Path) -> Copy:
        """Copies the tree into an empty folder."""
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=original, check=True, capture_output=True, text=True)
        names = tuple(n for n in listed.stdout.split("\0") if n and (original / n).is_file())
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(original / name, root / name)
        for name in LINKED:
            (root / name).symlink_to(original / name)
        return cls(root, names)

    def try_fault(self, fault: Fault, known: str = "") -> tuple[str, str]:
        """Verdict and witness; the copy is then as it was."""
        tests = [name for name in self._tests() if re.search(fault.tests, name)]
        if not tests:
            return UNJUDGED, f"no file of tests matches {fault.tests}"
        sources = {name: (self.root / name).read_text("utf-8") for name in self._sources()}
        try:
            name, text = changed(sources, fault.at, fault.replace, fault.by)
        except NoLongerAppliesError as error:
            return MOVED, str(error)
        (self.root / name).write_text(text, encoding="utf-8")
        try:
            if known and self.run([known])[1] == [known]:
                return CAUGHT, known
            only = fault.only.format(folder=Path(name).parent.name)
            ended, failing = self.run(tests, "-x", *(["-k", only] if only else []))
        finally:
            (self.root / name).write_text(sources[name], encoding="utf-8")
        return _verdict(ended, failing)

    def run(self, tests: Iterable[str], *options: str) -> tuple[int, list[str]]:
        """Exit code of pytest, and the tests that failed."""
        noted = self.root / ".cache" / "pytest" / "v" / "cache" / "lastfailed"
        noted.unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", "-m", "not long and not stack"]
        packages = os.pathsep.join(str(path) for path in self.root.glob("packages/*/src"))
        environment = {
            **os.environ,
            # Two faults of one length within a second would share their byte code.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": packages,
        }
        log = self.root / "build" / "pytest.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("w") as output:
            ended = subprocess.run(
                [*command, *options, *tests],
                cwd=self.root,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        return ended, list(json.loads(noted.read_text())) if noted.exists() else []

    def _tests(self) -> Iterator[str]:
        for name in self.names:
            path = Path(name)
            is_test = "tests" in path.parts and path.match("test_*.py")
            if is_test and not name.startswith(LEFT_OUT):
                yield name

    def _sources(self) -> Iterator[str]:
        for name in self.names:
            path = Path(name)
            if path.suffix in (".py", ".tf") and not {"tests", "bench"}.intersection(path.parts):
                yield name


def _verdict(ended: int, failing: list[str]) -> tuple[str, str]:
    if ended == 0:
        return SLIPPED, ""
    # A file that cannot be collected says only that the fault is no valid code.
    if ended == _FAILED and failing and "::" in failing[0]:
        return CAUGHT, failing[0]
    reason = "no test was chosen" if ended == _NONE_COLLECTED else f"pytest exited with {ended}"
    return UNJUDGED, " ".join([reason, *failing])
