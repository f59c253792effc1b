"""Builds `.venvs/model`, in which the model tests run: torch for CPU, transformers, the toolkit.

`.venvs/pillow` beside it holds another Pillow and nothing else, for the tests of images.

Run it with any Python 3.11 or newer: `python vis_assis/build/model_environment.py`.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".venvs" / "model"
PYTHON = HOME / "bin" / "python"
STAMP = HOME / "requirements.sha256"
TORCH = "torch==2.13.0"
PINNED = ROOT / "requirements" / "model.txt"
SERVER = ROOT / "requirements" / "model_server.txt"
OTHER_PILLOW = ROOT / "requirements" / "pillow.txt"


def wanted() -> str:
    """Identifies the contents of the environment that the pins ask for."""
    parts = [TORCH.encode(), sys.version.encode(), PINNED.read_bytes(), SERVER.read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def ensure() -> Path:
    """Creates or refreshes the environment and returns its interpreter.

    torch is installed by pip, which takes a CPU wheel from the places that pip is configured to
    look in (`PIP_FIND_LINKS`) and otherwise what its index has, on Linux a CUDA build of some
    gigabytes. Which of these wheels it is depends on the machine, so torch alone has no hash; it
    runs in tests only.

    Raises:
        subprocess.CalledProcessError: when the packages cannot be installed.
    """
    if STAMP.exists() and STAMP.read_text() == wanted() and PYTHON.exists():
        return PYTHON
    print(f"Building {HOME.relative_to(ROOT)}: {TORCH} and transformers, 1 GB or more.")
    pip = _new(HOME)
    subprocess.run([*pip, TORCH], check=True)
    subprocess.run([*pip, "--require-hashes", "-r", PINNED], check=True)
    subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", SERVER], check=True)
    STAMP.write_text(wanted())
    return PYTHON


def ensure_other_pillow() -> None:
    """Creates or refreshes the environment with the other Pillow.

    Raises:
        subprocess.CalledProcessError: when the packages cannot be installed.
    """
    home = ROOT / ".venvs" / "pillow"
    stamp, wanted_text = home / "requirements.txt", OTHER_PILLOW.read_text()
    if stamp.exists() and stamp.read_text() == wanted_text:
        return
    subprocess.run([*_new(home), "--require-hashes", "-r", OTHER_PILLOW], check=True)
    stamp.write_text(wanted_text)


def _new(home: Path) -> list[str]:
    """A fresh environment's `pip install`."""
    shutil.rmtree(home, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    python = str(home / "bin" / "python")
    return [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


if __name__ == "__main__":
    ensure()
    ensure_other_pillow()
