"""Stacks that are deployed once per run of the tests; whoever needs one loads a copy of its own."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from local_cloud import LocalCloud
from tests.attached_provider import attached_provider
from tests.stack.cut_off_runs import CommandLine
from vis_assis.build.environments import ROOT
from vis_assis.local.local_stack import local_cloud

_ACCOUNT, _STACKS, _ENDPOINT = "account", "stacks", "endpoint_url"


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, which the first worker that asks makes while the others wait.

    Args:
        folder: shared by the workers of a run.
        make: fills the folder that it is given.
    """
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = folder.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)  # of a worker whose deployment failed
            make(draft)
            draft.rename(folder)
    return folder


def save(cloud: LocalCloud, state_dir: Path, folder: Path) -> None:
    """Saves a cloud together with the Terraform states of its stacks.

    Args:
        cloud: runs, and has no endpoint.
        state_dir: the folder that `local_cloud` was started with.
        folder: new.
    """
    cloud.save(folder / _ACCOUNT)
    (folder / _ENDPOINT).write_text(cloud.endpoint_url)

    def of_the_cloud(parent: str, _: list[str]) -> set[str]:
        return {"cloud"} if Path(parent) == state_dir else set()

    _copy(state_dir, folder / _STACKS, of_the_cloud)


@contextmanager
def loaded(folder: Path, name: str) -> Iterator[CommandLine]:
    """Starts a cloud with a saved one's account; its commands act on the first stack.

    Args:
        folder: what `save` filled.
        name: of a folder for the cloud's and Terraform's files; emptied first.
    """
    state_dir = state_folder(name)
    with local_cloud(state_dir, load=folder / _ACCOUNT) as cloud:
        _copy(folder / _STACKS, state_dir)
        port = (folder / _ENDPOINT).read_text().rpartition(":")[2]
        address = re.compile(rf"(127\.0\.0\.1|localhost):{port}\b")
        ours = rf"\1:{cloud.endpoint_url.rpartition(':')[2]}"
        for pattern in ("*.json", "terraform/*.tfstate*", "*/terraform/*.tfstate*"):
            for file in state_dir.glob(pattern):
                file.write_text(address.sub(ours, file.read_text()))
        commands = CommandLine(cloud, state_dir)
        with attached_provider(commands.terraform) as provider:
            yield replace(commands, provider=provider)


class WorkerStack:
    """The stack of the group of tests that a worker is at; the cloud of the one before ends.

    Args:
        variables: Terraform variables of the saved stack.
    """

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables
        self._group: str | None = None
        self._commands: CommandLine | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def of(self, group: str, saved: Path) -> CommandLine:
        """The commands for the stack of a group, loaded when the worker comes to the group."""
        if self._commands is None or self._group != group:
            self._open.close()
            first = self._open.enter_context(loaded(saved, "group"))
            self._commands, self._group = replace(first, variables=self._variables), group
        return self._commands


def state_folder(name: str) -> Path:
    """A folder for a cloud of the tests that no other worker uses."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    return ROOT / "build" / "test-stack" / f"{worker}-{name}"


def _copy(
    source: Path, target: Path, ignore: Callable[[str, list[str]], set[str]] | None = None
) -> None:
    """Copies the states; the providers, which nobody changes, are linked: they take 700 MB."""

    def copy(file: str, copied: str) -> None:
        (os.link if "/.terraform/providers/" in file else shutil.copy2)(file, copied)

    shutil.copytree(
        source, target, symlinks=True, ignore=ignore, copy_function=copy, dirs_exist_ok=True
    )
