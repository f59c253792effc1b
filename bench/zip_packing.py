"""The zip of a model: entries stored, or deflated."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from bench.comparison import Comparison, Outcome, Way
from pipeline_defs.steps.download_model import archive

MIB = 1 << 20


def weights(folder: Path, mib: int) -> dict[str, Path]:
    """A file of int8 weights: normal values, quantised symmetrically by the largest one.

    Parameters:
        folder: where to write it.
        mib: its size.
    """
    values = np.random.default_rng(4).standard_normal(mib * MIB, dtype=np.float32)
    quantised = np.round(values * (127 / np.abs(values).max())).astype(np.int8)
    return _written(folder, {"onnx/model_quantized.onnx": quantised.tobytes()})


def comparison(folder: Path, what: str, files: Mapping[str, Path]) -> Comparison:
    """The same files in both kinds of zip.

    Parameters:
        folder: where the zips go.
        what: the files, in a few words.
        files: entry names to files.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def stored() -> Outcome:
        target = folder / "stored.zip"
        archive.write(target, files)
        return _outcome(target)

    def deflated() -> Outcome:
        target = folder / "deflated.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name in sorted(files):
                zipped.write(files[name], name)
        return _outcome(target)

    return Comparison("zip packing", what, Way("STORE", stored), Way("DEFLATE, level 6", deflated))


def _written(folder: Path, contents: Mapping[str, bytes]) -> dict[str, Path]:
    files = {}
    for name, content in contents.items():
        files[name] = folder / name
        files[name].parent.mkdir(parents=True, exist_ok=True)
        files[name].write_bytes(content)
    return files


def _outcome(target: Path) -> Outcome:
    return Outcome(lambda: _digests(target), target.stat().st_size)


def _digests(target: Path) -> dict[str, str]:
    with zipfile.ZipFile(target) as zipped:
        return {name: hashlib.sha256(zipped.read(name)).hexdigest() for name in zipped.namelist()}
