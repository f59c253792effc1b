"""Builds the tiny model once and serves it from a packed and extracted release."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest
import torch

from navigation_model.pack import pack_release
from tests.navigation_model.served import tiny_paligemma

# The model is tiny: more threads only contend.
torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def offline() -> None:
    """Nothing here may reach the public hub."""
    os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def model_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the tiny model, as it would come from the hub."""
    folder = tmp_path_factory.mktemp("tiny-paligemma")
    tiny_paligemma.build(folder)
    return folder


@pytest.fixture(scope="session")
def release_dir(model_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release, packed and extracted as SageMaker extracts it to /opt/ml/model."""
    folder = tmp_path_factory.mktemp("release")
    packed = pack_release(model_files, output=folder / "model.tar.gz")
    extracted = folder / "model"
    with tarfile.open(packed.path) as archive:
        archive.extractall(extracted, filter="data")
    return extracted
