"""Trains a small model on data that it makes, in script mode.

A stand-in to be replaced: it learns to tell the light of a traffic light from the mean colour of
a patch (three numbers in, three scores out). Yours reads its data from a channel of its own.
Whatever lies in SM_MODEL_DIR at the end is the trained model; a script that fails, fails the step.
"""

import argparse
import json
import os
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx_file import linear_model  # type: ignore[import-not-found]

LIGHTS = {"red": (200, 40, 40), "yellow": (200, 170, 40), "green": (40, 180, 90)}
ENOUGH = 0.95


def examples(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Colours between 0 and 1 as cameras see them, and which light each is."""
    random = np.random.default_rng(seed)
    lights = random.integers(len(LIGHTS), size=count)
    colours = np.array(list(LIGHTS.values()))[lights] + random.normal(0, 25, (count, 3))
    return colours.clip(0, 255) / 255, lights


def trained(colours: np.ndarray, lights: np.ndarray, epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of a softmax regression, by gradient descent."""
    weights, bias = np.zeros((3, len(LIGHTS))), np.zeros(len(LIGHTS))
    wanted = np.eye(len(LIGHTS))[lights]
    for _ in range(epochs):
        scores = np.exp(colours @ weights + bias)
        error = (scores / scores.sum(axis=1, keepdims=True) - wanted) / len(colours)
        weights -= 5 * colours.T @ error
        bias -= 5 * error.sum(axis=0)
    return weights, bias


def main(arguments: Sequence[str]) -> int:
    """Train, check on colours that it has not seen, and leave the model."""
    parser = argparse.ArgumentParser(prog="train_model")
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--model-file", required=True)
    given = parser.parse_args(arguments)
    weights, bias = trained(*examples(2000, seed=1), given.epochs)
    colours, lights = examples(500, seed=2)
    accuracy = float(((colours @ weights + bias).argmax(axis=1) == lights).mean())
    _log(f"accuracy after {given.epochs} epochs: {accuracy:.3f}")
    if accuracy < ENOUGH:
        _log(f"less than {ENOUGH}: train for more epochs")
        return 1
    folder = Path(os.environ["SM_MODEL_DIR"])
    _keep_configuration(Path(os.environ["SM_CHANNEL_BASE"]), folder)
    file = folder / given.model_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(linear_model(weights, bias))
    return 0


def _keep_configuration(base: Path, folder: Path) -> None:
    """The JSON files of the model that the training began with."""
    (archive,) = base.glob("*.zip")
    with zipfile.ZipFile(archive) as content:
        content.extractall(folder, [name for name in content.namelist() if name.endswith(".json")])


def _log(message: str) -> None:
    """One JSON line with the id that follows the model into production."""
    print(json.dumps({"message": message, "correlation_id": os.environ.get("CORRELATION_ID")}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
