"""A stack deployed on a local cloud of its own, for the demo, `make local` and the tests."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from local_cloud import LocalCloud, StartupError
from vis_assis.aws.cloud import Cloud
from vis_assis.build import environments
from vis_assis.errors import CommandError
from vis_assis.local import hub
from vis_assis.stack.target import LOCAL_VARIABLES
from vis_assis.terraform.interruption import uninterrupted
from vis_assis.terraform.runner import Terraform

Report = Callable[[str], None]


@dataclass
class LocalStack:
    """A deployed stack.

    Args:
        cloud: the local cloud that it runs on.
        terraform: drives its configuration.
        outputs: Terraform's outputs by name.
    """

    cloud: LocalCloud
    terraform: Terraform
    outputs: dict[str, Any]

    def client(self, service: str, **credentials: str) -> Any:
        """The boto3 client of the stack's cloud, as the account's root unless told otherwise."""
        return self._account.client(service, **credentials)

    @cached_property
    def _account(self) -> Cloud:
        return Cloud(self.cloud.environment())

    def inventory(self) -> dict[str, list[str]]:
        """Every resource of every service of the cloud by kind, whatever created it."""
        found: dict[str, list[str]] = self.cloud.control("inventory")
        return found

    def remaining(self) -> list[str]:
        """The resources of `inventory` in one list."""
        return [f"{kind} {name}" for kind, names in self.inventory().items() for name in names]


@contextmanager
def sole_use(state_dir: Path) -> Iterator[None]:
    """Keeps every other run away from a state folder, which each begins by emptying.

    Args:
        state_dir: the folder; a file beside it is locked, until the process ends at the latest.

    Raises:
        CommandError: when another run has it.
    """
    file = state_dir.with_name(f"{state_dir.name}.lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(f"another run uses {state_dir}: end that one first") from error
        yield


@contextmanager
def local_cloud(state_dir: Path, port: int = 0, load: Path | None = None) -> Iterator[LocalCloud]:
    """Starts a local cloud whose Lambda functions and jobs run on the right interpreters.

    Args:
        state_dir: folder for everything that it writes; emptied first.
        port: TCP port on loopback; 0 takes a free one.
        load: folder in which another local cloud was saved, to begin with what that one held.

    Raises:
        CommandError: when another run uses the folder, an interpreter's packages cannot be
            installed, or the cloud does not start.
    """
    with sole_use(state_dir):
        for environment in (environments.LAMBDA, environments.PROCESSING):
            name = f"LOCAL_CLOUD_PYTHON_{environment.name.upper()}"
            os.environ[name] = str(environments.ensure(environment))
        shutil.rmtree(state_dir, ignore_errors=True)
        state_dir.mkdir(parents=True)
        cloud = LocalCloud(
            state_dir / "cloud",
            port,
            hub=True,
            load=load,
            repositories=[hub.REPOSITORIES],
            pins=hub.pins(),
        )
        try:
            cloud.start()
        except StartupError as error:
            raise CommandError(str(error)) from error
        try:
            yield cloud
        finally:
            with uninterrupted():
                cloud.stop()


@contextmanager
def local_stack(
    state_dir: Path,
    port: int = 0,
    report: Report = print,
    root: Path = environments.ROOT,
    variables: Mapping[str, Any] | None = None,
) -> Iterator[LocalStack]:
    """Deploys the configuration on a local cloud of its own; the cloud ends with the block.

    Args:
        state_dir: folder for the cloud's and Terraform's files; emptied first.
        port: TCP port on loopback; 0 takes a free one.
        report: told of each stage in a few words.
        root: folder of the configuration, for a changed copy of the repository.
        variables: Terraform variables beside the ones that make retries quick.

    Raises:
        TerraformError: when the configuration cannot be applied.
        CommandError: as `local_cloud` does.
    """
    report("Starting the local cloud")
    with local_cloud(state_dir, port) as cloud:
        terraform = Terraform(
            data_dir=state_dir / "terraform",
            environment=cloud.environment(),
            root=root,
            variables={**LOCAL_VARIABLES, **(variables or {})},
            state=state_dir / "terraform" / "terraform.tfstate",
        )
        report("Deploying with Terraform (about a minute)")
        terraform.init()
        yield LocalStack(cloud, terraform, terraform.apply())
