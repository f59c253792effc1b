"""What belongs into a release, and whether it is all there."""

from __future__ import annotations

import json
from pathlib import Path

from navigation_model.packer.archive import Content
from navigation_model.packer.errors import PackError
from navigation_model.packer.server import server_members

HERE = Path(__file__).resolve().parent.parent
PALIGEMMA_CODE = HERE / "code"
ENTRY_POINT = "code/inference.py"
SHARD_INDEX = "model.safetensors.index.json"


def release_members(model_dir: Path, code_dir: Path) -> dict[str, Content]:
    """The files of a release by their names in the archive.

    The protocol package and the server are added beside any code, so that every release speaks the
    one and is in service only when the other answers.

    Args:
        model_dir: folder with the model's files, which go to the root.
        code_dir: folder with `inference.py`, which goes below `code/`.

    Raises:
        PackError: when a folder or a needed file is missing.
    """
    model = _files(model_dir, "")
    if not model:
        raise PackError(f"{model_dir} holds no files: give the folder that holds config.json.")
    if any(name.startswith("code/") for name in model):
        raise PackError(
            f"{model_dir} has a folder code/, which would mix with the code to pack: move it "
            "away and, if it is the code that you want, pass it as --code-dir."
        )
    _check_shards(model_dir, model)
    code = server_members() | _files(code_dir, "code/")
    if ENTRY_POINT not in code:
        raise PackError(f"{code_dir} holds no inference.py, which the endpoint starts from.")
    return {**model, **code}


def require_paligemma(model_dir: Path) -> None:
    """Checks that a folder holds what PaliGemma is loaded from.

    Raises:
        PackError: naming what is missing.
    """
    missing = [
        pattern
        for pattern in ("config.json", "*.safetensors", "preprocessor_config.json", "tokenizer*")
        if not any(model_dir.glob(pattern))
    ]
    if missing:
        raise PackError(
            f"{model_dir} lacks {', '.join(missing)}: give a folder with the whole model."
        )


def _files(folder: Path, prefix: str) -> dict[str, Content]:
    """All files below a folder except hidden ones and byte code; links are followed."""
    if not folder.is_dir():
        raise PackError(f"{folder} is not a folder.")
    found: dict[str, Content] = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not hidden:
            found[prefix + "/".join(parts)] = path
    return found


def _check_shards(model_dir: Path, model: dict[str, Content]) -> None:
    if SHARD_INDEX not in model:
        return
    index = json.loads((model_dir / SHARD_INDEX).read_text(encoding="utf-8"))
    if missing := sorted(set(index["weight_map"].values()) - set(model)):
        raise PackError(f"{model_dir} lacks {', '.join(missing)}, which {SHARD_INDEX} names.")
