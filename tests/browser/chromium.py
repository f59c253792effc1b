"""The Chromium of the system."""

from __future__ import annotations

import shutil

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",  # CI runs as root, for whom Chromium has none
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def executable() -> str:
    """Its path.

    Errors: `FileNotFoundError` when it is not installed.
    """
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError("chromium is missing: apt-get install chromium")
