"""The size limit of the download step, before anything is fetched."""

from pathlib import Path

import pytest
from huggingface_hub import HfApi

import catalogue
from local_cloud.testing import HubServer
from pipeline_defs.steps.download_model import delivery
from pipeline_defs.steps.download_model.errors import StepError
from tests.pipeline_defs.orders import order_of


def deliver(server: HubServer, model: catalogue.Model, folder: Path, max_bytes: int) -> Path:
    order = order_of("depth", model, folder, max_bytes=max_bytes)
    return delivery.deliver(order, HfApi(endpoint=server.url))


def test_files_beyond_the_limit_are_not_even_fetched(
    server: HubServer, models: dict[str, catalogue.Model], tmp_path: Path
) -> None:
    with pytest.raises(StepError, match=r"^depth: the files of .*raise `max_size_mb`"):
        deliver(server, models["depth"], tmp_path, 1024)

    assert not list(tmp_path.rglob("*.onnx*"))
