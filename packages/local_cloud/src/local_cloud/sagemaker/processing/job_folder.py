"""The private folder of a job: what its container would have below /opt/ml."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path, PurePosixPath
from typing import Any

from local_cloud.sagemaker.processing.sandbox import CONTAINER_ROOT

_EXIT_MESSAGE_BYTES = 1024
logger = logging.getLogger(__name__)


class JobFolder:
    """Files of one job below ``root``; ``root / "ml"`` stands for /opt/ml."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "home"
        self.temporary = root / "tmp"
        self.commands = root / "bin"
        self.log = root / "output.log"

    def create(self, *names: str) -> None:
        """Make the job's own folders and those of these names below /opt/ml."""
        for folder in (self.home, self.temporary, self.commands):
            folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            self.local(f"{CONTAINER_ROOT}/{name}").mkdir(parents=True, exist_ok=True)

    def configure(self, name: str, content: dict[str, Any]) -> None:
        """Write a file of configuration that SageMaker provides, by its name below /opt/ml."""
        file = self.local(f"{CONTAINER_ROOT}/{name}.json")
        file.write_text(json.dumps(content, indent=1, default=str))

    def local(self, container_path: str) -> Path:
        """Where a path of the container lies here; raises ValueError outside /opt/ml."""
        path = PurePosixPath(container_path)
        if not path.is_relative_to(CONTAINER_ROOT) or ".." in path.parts:
            raise ValueError(
                f"LocalPath {container_path} must lie below {CONTAINER_ROOT}/processing"
            )
        return self.root / "ml" / path.relative_to(CONTAINER_ROOT)

    def provide_python(self, interpreter: str) -> None:
        """Put ``python`` and ``python3`` into the job's PATH.

        Scripts rather than links: an interpreter finds its packages by its own path.
        """
        for name in ("python", "python3"):
            script = self.commands / name
            script.write_text(f'#!/bin/sh\nexec "{interpreter}" "$@"\n')
            script.chmod(0o755)

    def exit_message(self, name: str = "message") -> str:
        """What the job left in /opt/ml/output/{name}, at most 1 KB."""
        file = self.local(f"{CONTAINER_ROOT}/output/{name}")
        if not file.is_file():
            return ""
        return file.read_bytes()[:_EXIT_MESSAGE_BYTES].decode(errors="replace").strip()

    def add_to_log(self, line: str) -> None:
        """Append a line to the job's output."""
        with self.log.open("a") as log:
            log.write(f"\n{line}\n")

    def remove(self) -> None:
        """Delete everything: outputs and logs are in S3 and CloudWatch by then."""
        try:
            shutil.rmtree(self.root)
        except OSError as error:
            logger.warning("folder of a finished job stays behind: %s", error)
