"""Runs the step and reports its failure."""

import os
import traceback
from collections.abc import Sequence
from pathlib import Path

from . import failure, log, order, packages
from .errors import StepError


def main(arguments: Sequence[str]) -> int:
    """Deliver what `arguments` order; 0 when it worked, 1 with a message when not."""
    asked = order.parse(arguments)
    try:
        packages.ensure(asked.work_dir / "packages")
        _quieten_client(asked.work_dir)
        from .delivery import deliver  # noqa: PLC0415 - needs the packages

        deliver(asked)
    except StepError as exc:
        failure.report(str(exc), asked.failure_file)
        return 1
    except Exception as exc:  # noqa: BLE001 - the job must end with a message
        log.error(traceback.format_exc())
        failure.report(f"{asked.model_type}: {type(exc).__name__}: {exc}", asked.failure_file)
        return 1
    return 0


def _quieten_client(work_dir: Path) -> None:
    """Set before the client is imported: it reads its settings once.

    Its warnings quote presigned URLs; its caches belong into the step's folder. Xet downloads fail
    with errors of their own, which say nothing here and are not tried again.
    """
    os.environ["HF_HOME"] = str(work_dir / "hub")
    os.environ["HF_HUB_VERBOSITY"] = "error"
    for feature in ("IMPLICIT_TOKEN", "PROGRESS_BARS", "TELEMETRY", "XET"):
        os.environ[f"HF_HUB_DISABLE_{feature}"] = "1"
