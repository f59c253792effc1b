"""The zip of a model: deflated by libdeflate, or by zlib, or stored."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from bench.comparison import Comparison, Outcome, Way
from pipeline_defs.steps.download_model import archive

MIB = 1 << 20


def weights(folder: Path, mib: int, count: int = 1) -> dict[str, Path]:
    """Files of int8 weights: normal values, quantised symmetrically by the largest one.

    Parameters:
        folder: where to write them.
        mib: size of each.
        count: how many.
    """
    random, contents = np.random.default_rng(4), {}
    for number in range(count):
        values = random.standard_normal(mib * MIB, dtype=np.float32)
        quantised = np.round(values * (127 / np.abs(values).max())).astype(np.int8)
        contents[f"onnx/model_{number}.onnx"] = quantised.tobytes()
    return _written(folder, contents)


def comparison(folder: Path, what: str, files: Mapping[str, Path], *, level: int) -> Comparison:
    """The same files in our zip and in Python's.

    Parameters:
        folder: where the zips go.
        what: the files, in a few words.
        files: entry names to files.
        level: zlib's; 0 stores.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def ours() -> Outcome:
        target = folder / "ours.zip"
        archive.write(target, files)
        return _outcome(target)

    def usual() -> Outcome:
        target = folder / "usual.zip"
        method = zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED
        with zipfile.ZipFile(target, "w", method, compresslevel=level) as zipped:
            for name in sorted(files):
                zipped.write(files[name], name)
        return _outcome(target)

    label = f"zlib {level}" if level else "stored"
    setting = f"{what}, against {label}"
    return Comparison("zip packing", setting, Way("libdeflate", ours), Way(label, usual))


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
