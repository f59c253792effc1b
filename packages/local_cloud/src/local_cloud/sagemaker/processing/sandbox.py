"""Gives a job its own /opt/ml, so that code written for the container runs unchanged.

Where the kernel lets a user make a mount namespace, /opt/ml really is the job's folder. Elsewhere
the paths in the command and its environment are rewritten; literal paths inside code then fail.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

CONTAINER_ROOT = "/opt/ml"
_CONTAINER_PATH = re.compile(re.escape(CONTAINER_ROOT) + r"(?![\w.-])")
SANDBOX_VARIABLE = "LOCAL_CLOUD_PROCESSING_SANDBOX"

# A tmpfs on /opt would hide what the machine keeps there, such as an interpreter: bind it all back.
_MOUNT_SCRIPT = """
set -eu
ml=$1 stage=$2
shift 2
mount -t tmpfs tmpfs "$stage"
for entry in /opt/* /opt/.[!.]*; do
  name=${entry##*/}
  if [ "$name" = ml ]; then continue
  elif [ -L "$entry" ]; then cp -P "$entry" "$stage/$name"
  elif [ -d "$entry" ]; then mkdir "$stage/$name"; mount --rbind "$entry" "$stage/$name"
  elif [ -e "$entry" ]; then touch "$stage/$name"; mount --bind "$entry" "$stage/$name"
  fi
done
mkdir "$stage/ml"
mount --rbind "$ml" "$stage/ml"
mount --rbind "$stage" /opt
# a server that is killed cannot end its jobs; the kernel can
exec setpriv --pdeathsig KILL -- "$@"
"""


class Sandbox(Protocol):
    """How a command sees a job's folder ``root / "ml"`` as /opt/ml."""

    name: str
    hint: str
    """What to tell whoever reads the log of a job that failed; empty for nothing."""

    def command(self, argv: Sequence[str], root: Path) -> list[str]:
        """The command to start instead of ``argv``."""

    def environment(self, environment: Mapping[str, str], root: Path) -> dict[str, str]:
        """The environment to start it with."""


class MountNamespace:
    """A user and mount namespace in which /opt/ml is the job's folder."""

    name = "namespace"
    hint = ""

    def command(self, argv: Sequence[str], root: Path) -> list[str]:
        """Mount, then become ``argv``: process id and exit code stay its own."""
        stage = root / "opt"
        stage.mkdir(exist_ok=True)
        unshare = ["unshare", "--user", "--map-root-user", "--mount", "--"]
        shell = ["/bin/sh", "-c", _MOUNT_SCRIPT, "mount-opt-ml"]
        return [*unshare, *shell, str(root / "ml"), str(stage), *argv]

    def environment(self, environment: Mapping[str, str], root: Path) -> dict[str, str]:
        """Unchanged."""
        return dict(environment)


class PathRewriting:
    """Replaces /opt/ml in arguments and environment by the job's folder."""

    name = "rewriting"
    hint = (
        f"local cloud: literal {CONTAINER_ROOT} paths in code do not exist on this machine; "
        "take paths as ContainerArguments or from Environment, where they are rewritten"
    )

    def command(self, argv: Sequence[str], root: Path) -> list[str]:
        """The same command on the job's folder."""
        return [self._rewrite(part, root) for part in argv]

    def environment(self, environment: Mapping[str, str], root: Path) -> dict[str, str]:
        """The same values on the job's folder."""
        return {key: self._rewrite(value, root) for key, value in environment.items()}

    @staticmethod
    def _rewrite(text: str, root: Path) -> str:
        return _CONTAINER_PATH.sub(lambda _: str(root / "ml"), text)


def chosen_sandbox() -> Sandbox:
    """The sandbox that LOCAL_CLOUD_PROCESSING_SANDBOX names, else the best that works here."""
    wanted = os.environ.get(SANDBOX_VARIABLE, "")
    if wanted not in ("", MountNamespace.name, PathRewriting.name):
        raise ValueError(
            f"{SANDBOX_VARIABLE} must be {MountNamespace.name} or {PathRewriting.name}, "
            f"not '{wanted}'"
        )
    if wanted == PathRewriting.name:
        return PathRewriting()
    if wanted == MountNamespace.name or namespaces_work():
        return MountNamespace()
    return PathRewriting()


@functools.cache
def namespaces_work() -> bool:
    """Whether this kernel lets this user see a folder of its own as /opt/ml."""
    if not (shutil.which("unshare") and shutil.which("setpriv")):
        return False
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "ml").mkdir()
        (root / "ml" / "probe").touch()
        command = MountNamespace().command(["test", "-e", f"{CONTAINER_ROOT}/probe"], root)
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
