"""Proves that an ONNX file loads in the engine that the browser uses."""

from pathlib import Path

import onnxruntime

from .errors import StepError


def check(path: Path, name: str) -> None:
    """Load the model at `path` on the CPU; `name` is its path in the repository.

    Raises:
        StepError: names the file and what the engine says.
    """
    options = onnxruntime.SessionOptions()
    # Loading proves what is needed; optimising would double the memory of a large model.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as exc:  # onnxruntime's errors share no base class but this
        raise StepError(
            f"{name} does not load in onnxruntime {onnxruntime.__version__}: {_first_line(exc)}. "
            "Choose a revision in which it does, or add the files it refers to (such as "
            f"{name}_data) to `files` in models.yaml."
        ) from exc
    if not session.get_outputs():
        raise StepError(f"{name} has no outputs: it is no model that a browser could run")


def _first_line(exc: Exception) -> str:
    return (str(exc).strip().splitlines() or [type(exc).__name__])[0]
