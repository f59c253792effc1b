"""Builds `.venvs/model`, in which the model tests run: torch for CPU, transformers, the toolkit.

Run it with any Python 3.11 or newer: `python tooling/model_environment.py`.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venvs" / "model"
PYTHON = HOME / "bin" / "python"
STAMP = HOME / "requirements.sha256"
TORCH = "torch==2.13.0"
PINNED = ROOT / "requirements" / "model.txt"
SERVER = ROOT / "requirements" / "model_server.txt"


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
    if HOME.exists():
        shutil.rmtree(HOME)
    subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, TORCH], check=True)
    subprocess.run([*pip, "--require-hashes", "-r", PINNED], check=True)
    subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", SERVER], check=True)
    STAMP.write_text(wanted())
    return PYTHON


if __name__ == "__main__":
    ensure()
