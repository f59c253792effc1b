"""What is packed into a release, and what is missing from one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from navigation_model.packer.errors import PackError
from navigation_model.packer.release import PALIGEMMA_CODE, release_members, require_paligemma


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"):
        (folder / name).write_text("{}")
    return folder


def test_model_at_the_root_code_and_protocol_below_code(model_dir: Path) -> None:
    require_paligemma(model_dir)
    vendored = "code/release_server/vendor/"
    names = set(release_members(model_dir, PALIGEMMA_CODE))
    packages = {name for name in names if name.startswith(vendored)}
    assert {"click", "h11", "uvicorn"} <= {
        name.removeprefix(vendored).partition("/")[0] for name in packages
    }
    assert names - packages == {
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
        "tokenizer.json",
        *(
            f"code/{name}.py"
            for name in (
                *("answering", "decoding", "image_decoding", "image_file"),
                *("inference", "paligemma"),
            )
        ),
        *(
            f"code/navigation_protocol/{name}.py"
            for name in ("__init__", "container", "questions", "refusal", "request")
        ),
        *(
            f"code/release_server/{name}.py"
            for name in ("__init__", "app", "functions", "queue", "start")
        ),
    }


def test_what_downloads_and_python_leave_behind_stays_out(model_dir: Path) -> None:
    for name in (".cache/huggingface/x.metadata", ".gitattributes", "__pycache__/x.pyc"):
        path = model_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    names = release_members(model_dir, PALIGEMMA_CODE)
    assert not [n for n in names if n.startswith((".", "__pycache__"))]


def test_links_of_a_hub_cache_are_followed(model_dir: Path, tmp_path: Path) -> None:
    blob = tmp_path / "blob"
    blob.write_text("weights")
    (model_dir / "model.safetensors").unlink()
    (model_dir / "model.safetensors").symlink_to(blob)
    packed = release_members(model_dir, PALIGEMMA_CODE)["model.safetensors"]
    assert isinstance(packed, Path)
    assert packed.read_text() == "weights"


def test_a_missing_shard_is_named(model_dir: Path) -> None:
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model.safetensors"}}
    (model_dir / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(PackError, match=r"lacks model-1\.safetensors, which model\.safetensors"):
        release_members(model_dir, PALIGEMMA_CODE)


@pytest.mark.parametrize(
    "name", ["config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"]
)
def test_a_model_that_cannot_be_loaded_is_not_packed(model_dir: Path, name: str) -> None:
    (model_dir / name).unlink()
    with pytest.raises(PackError, match=r"lacks .* give a folder with the whole model"):
        require_paligemma(model_dir)


def test_code_without_an_entry_point_is_refused(model_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    with pytest.raises(PackError, match=r"holds no inference\.py"):
        release_members(model_dir, tmp_path / "code")


def test_code_of_an_earlier_release_is_not_mixed_in(model_dir: Path) -> None:
    (model_dir / "code").mkdir()
    (model_dir / "code" / "old.py").write_text("")
    with pytest.raises(PackError, match="pass it as --code-dir"):
        release_members(model_dir, PALIGEMMA_CODE)


def test_an_empty_or_missing_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PackError, match="holds no files"):
        release_members(tmp_path / "empty", PALIGEMMA_CODE)
    with pytest.raises(PackError, match="is not a folder"):
        release_members(tmp_path / "missing", PALIGEMMA_CODE)
