"""Gives a stand-in the history of a real repository: a first export, then more variants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local_cloud.hub.repository import Commit, Repository, build_commit

FIRST_TAG = "v1.0"
_FIRST_DATE = "2024-05-01T00:00:00.000Z"
_NEWEST_DATE = "2024-10-08T00:00:00.000Z"
_FIRST_VERSION, _NEWEST_VERSION = "4.33.2", "4.45.1"
_LATER_SUFFIXES = ("_q4.onnx", "_q4f16.onnx", "_bnb4.onnx")
_LARGE_FILES = ("*.bin", "*.model", "*.npy", "*.npz", "*.onnx", "*.onnx_data", "*.safetensors")

Configs = Callable[[str], dict[str, bytes]]


def build_repository(
    name: str,
    licence: str,
    configs: Configs,
    weights: Mapping[str, bytes],
    card: str,
    **details: Any,
) -> Repository:
    """A repository of two commits on `main`.

    The tag v1.0 is the first one: other configuration, none of the 4-bit variants. `configs` maps
    a version of transformers to the JSON files, `card` is the text of README.md, `details` are
    further fields of Repository.
    """
    first_weights = {
        path: content for path, content in weights.items() if not path.endswith(_LATER_SUFFIXES)
    }
    commits: list[Commit] = []
    for title, date, version, files in (
        ("Upload the ONNX export", _FIRST_DATE, _FIRST_VERSION, first_weights),
        ("Add 4-bit variants", _NEWEST_DATE, _NEWEST_VERSION, weights),
    ):
        contents = {
            ".gitattributes": _gitattributes(),
            "README.md": _readme(licence, card, details.get("library"), date),
            **configs(version),
            **files,
        }
        parent = commits[-1].sha if commits else ""
        commits.append(build_commit(title, date, contents, parent=parent))
    return Repository(
        name=name,
        licence=licence,
        commits=tuple(commits),
        branches={"main": commits[-1].sha},
        tags={FIRST_TAG: commits[0].sha},
        **details,
    )


def _gitattributes() -> bytes:
    return _lines(f"{pattern} filter=lfs diff=lfs merge=lfs -text" for pattern in _LARGE_FILES)


def _readme(licence: str, card: str, library: str | None, date: str) -> bytes:
    front_matter = ["---", f"license: {licence}"]
    if library:
        front_matter.append(f"library_name: {library}")
    return _lines([*front_matter, "---", "", card, "", f"Exported on {date[:10]}."])


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
