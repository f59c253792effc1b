"""The notebook, executed as a user would, against a gated hub that holds the tiny model."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from navigation_model.pack import pack_release
from tests.fakes.gated_hub import ACCEPTED, COMMIT, NOT_ACCEPTED, GatedHub, serving

NOTEBOOK = Path("navigation_model/prepare_paligemma.ipynb").absolute()


def _execute(folder: Path, hub: GatedHub, token: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs all cells in a kernel that writes below the folder only."""
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(folder / "jupyter"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("HF_HOME", str(folder / "huggingface"))
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setenv("HF_TOKEN", token)
    monkeypatch.setenv("NAVIGATION_BUILD_DIR", str(folder / "build"))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    resources = {"metadata": {"path": str(NOTEBOOK.parent)}}
    return NotebookClient(notebook, timeout=120, resources=resources).execute()


def _printed(notebook: Any) -> str:
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return "".join(output.get("text", "") for output in outputs)


def test_it_downloads_and_packs_what_the_packer_packs(
    model_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {path.name: path.read_bytes() for path in model_files.iterdir()}
    with serving(GatedHub(files, branches=("bfloat16",))) as hub:
        executed = _execute(tmp_path, hub, ACCEPTED, monkeypatch)
    packed = (tmp_path / "build" / "model.tar.gz").read_bytes()
    expected = pack_release(model_files, output=tmp_path / "expected.tar.gz")
    assert hashlib.sha256(packed).hexdigest() == expected.sha256
    assert f"commit {COMMIT}" in _printed(executed)
    assert f"sha256 {expected.sha256}" in _printed(executed)


def test_denied_access_ends_it_with_what_to_accept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        serving(GatedHub({}, branches=("bfloat16",))) as hub,
        pytest.raises(CellExecutionError, match="accept the Gemma terms"),
    ):
        _execute(tmp_path, hub, NOT_ACCEPTED, monkeypatch)


def test_it_is_committed_without_results() -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]
