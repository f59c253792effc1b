"""The documented example of a training step, and what its two steps leave."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import onnxruntime

import catalogue
from pipeline_defs.steps.pack_model import run as pack_model
from tests.pipeline_defs.rendering import render

SCRIPT = Path(str(pack_model.__file__)).parents[1] / "train_model" / "run.py"
MODEL = "onnx/model_quantized.onnx"


def test_example_registers_what_was_trained(models: dict[str, catalogue.Model]) -> None:
    from pipeline_defs.examples import training

    rendered = render(training.definition("depth", models["depth"]))
    steps = {step["Name"]: step for step in rendered["Steps"]}
    assert list(steps) == ["DownloadModel", "TrainModel", "PackModel", "RegisterModel"]
    train = steps["TrainModel"]["Arguments"]
    assert steps["TrainModel"]["Type"] == "Training"
    assert train["HyperParameters"]["sagemaker_program"] == "run.py"
    channels = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in train["InputDataConfig"]
    }
    assert train["HyperParameters"]["sagemaker_submit_directory"] == "/opt/ml/input/data/code"
    assert channels["code"].endswith("/train_model/")
    assert "Steps.DownloadModel." in json.dumps(channels["base"])
    trained = json.dumps(steps["PackModel"]["Arguments"]["ProcessingInputs"])
    assert "Steps.TrainModel.ModelArtifacts.S3ModelArtifacts" in trained
    assert "Steps.PackModel." in json.dumps(steps["RegisterModel"]["Arguments"])
    assert "Steps.DownloadModel." not in json.dumps(steps["RegisterModel"]["Arguments"])


def train(folder: Path, epochs: int) -> subprocess.CompletedProcess[str]:
    """The script, as script mode runs it."""
    (folder / "base").mkdir()
    (folder / "model").mkdir()
    with zipfile.ZipFile(folder / "base" / "model.zip", "w") as base:
        base.writestr("config.json", "{}")
        base.writestr(MODEL, "weights")
    given = {"SM_MODEL_DIR": str(folder / "model"), "SM_CHANNEL_BASE": str(folder / "base")}
    return subprocess.run(
        [sys.executable, SCRIPT.name, "--epochs", str(epochs), "--model-file", MODEL],
        cwd=SCRIPT.parent,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_script_leaves_a_model_that_tells_the_lights_apart(tmp_path: Path) -> None:
    done = train(tmp_path, 300)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "model" / "config.json").read_text() == "{}"
    session = onnxruntime.InferenceSession(tmp_path / "model" / MODEL)
    lights = [[0.8, 0.15, 0.15], [0.8, 0.67, 0.15], [0.15, 0.7, 0.35]]
    (scores,) = session.run(None, {"features": lights})
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]


def test_a_model_that_learnt_too_little_fails_the_step(tmp_path: Path) -> None:
    done = train(tmp_path, 1)
    assert done.returncode == 1
    assert "train for more epochs" in done.stdout
    assert list((tmp_path / "model").iterdir()) == []


def test_the_zip_keeps_the_provenance_of_the_base(tmp_path: Path) -> None:
    name = "model.zip"
    (tmp_path / "onnx").mkdir()
    (tmp_path / MODEL).write_bytes(b"trained")
    (tmp_path / "provenance.json").write_text('{"licence": "MIT", "zip_sha256": "of the base"}')
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "onnx", "onnx")
    options = ["--trained", str(tmp_path / "model.tar.gz"), "--base-dir", str(tmp_path)]
    out = tmp_path / "out"
    assert pack_model.main([*options, "--archive-name", name, "--output-dir", str(out)]) == 0
    with zipfile.ZipFile(out / name) as content:
        assert {entry: content.read(entry) for entry in content.namelist()} == {MODEL: b"trained"}
    provenance = json.loads((out / "provenance.json").read_text())
    assert provenance["licence"] == "MIT"
    assert provenance["zip_sha256"] == hashlib.sha256((out / name).read_bytes()).hexdigest()
