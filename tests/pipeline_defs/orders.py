"""Orders for the download step, as the definitions of the catalogue would give them."""

from pathlib import Path
from typing import Any

from catalogue import Model
from pipeline_defs.steps.download_model.order import MIB, Order

ALLOWED = ("Apache-2.0", "MIT")


def order_of(model_type: str, model: Model, folder: Path, **changes: Any) -> Order:
    """What the step is asked for `model`, with its folders below `folder`."""
    wanted: dict[str, Any] = {
        "model_type": model_type,
        "repository": model.repository,
        "revision": model.revision,
        "patterns": model.files,
        "licences": model.licence,
        "accept_licence": model.accept_licence,
        "allowed_licences": ALLOWED,
        "gated": model.gated,
        "token_secret_arn": None,
        "max_bytes": model.max_size_mb * MIB,
        "archive_name": model.archive_name,
        "output_dir": folder / "output",
        "work_dir": folder / "work",
        "failure_file": folder / "message",
    }
    return Order(**wanted | changes)


def arguments_of(order: Order) -> list[str]:
    """The order as container arguments."""
    arguments = [f"--file={pattern}" for pattern in order.patterns]
    arguments += ["--accept-licence"] if order.accept_licence else []
    arguments += ["--gated"] if order.gated else []
    return [
        *arguments,
        *("--model-type", order.model_type, "--repository", order.repository),
        *("--revision", order.revision, "--licence", ",".join(order.licences)),
        *("--allowed-licences", ",".join(order.allowed_licences)),
        *("--max-size-mb", str(order.max_bytes // MIB), "--archive-name", order.archive_name),
        *("--output-dir", str(order.output_dir), "--work-dir", str(order.work_dir)),
        *("--failure-file", str(order.failure_file)),
    ]
