"""The download step's folder run alone, as it is uploaded, by a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import catalogue
from local_cloud.testing import HubServer
from pipeline_defs.steps import download_model
from pipeline_defs.steps.download_model.order import Order
from tests.pipeline_defs.orders import arguments_of, order_of


def test_job_runs_as_in_the_container(
    server: HubServer, models: dict[str, catalogue.Model], tmp_path: Path
) -> None:
    order = order_of("vocoder", models["vocoder"], tmp_path)

    done = _run_job(order, server.url)

    assert done.returncode == 0, done.stderr
    assert (order.output_dir / order.archive_name).exists()
    assert not order.failure_file.exists()
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["correlation_id"] for line in lines} == {"abc123def456"}


def test_failing_job_leaves_its_message(
    server: HubServer, models: dict[str, catalogue.Model], tmp_path: Path
) -> None:
    order = order_of("vocoder", models["vocoder"], tmp_path, licences=("CC-BY-NC-4.0",))

    done = _run_job(order, server.url)

    assert done.returncode == 1
    message = order.failure_file.read_text()
    assert message.startswith("vocoder: licence CC-BY-NC-4.0 is not among the allowed ones")
    (line,) = done.stderr.splitlines()
    expected = {"level": "ERROR", "message": message, "correlation_id": "abc123def456"}
    assert json.loads(line) == expected


def _run_job(order: Order, hub_url: str) -> subprocess.CompletedProcess[str]:
    run = Path(download_model.__path__[0]) / "run.py"
    return subprocess.run(
        [sys.executable, str(run), *arguments_of(order)],
        env={
            **os.environ,
            "HF_ENDPOINT": hub_url,
            "PYTHONPATH": "",
            "CORRELATION_ID": "abc123def456",
        },
        cwd=order.output_dir.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
