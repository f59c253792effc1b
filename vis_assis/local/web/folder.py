"""Puts the page together: its own files, the libraries from npm, the configuration."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.local.web.config import Config

SOURCE = ROOT / "examples" / "web"
CLIENT = ROOT / "packages" / "web_client" / "src"
PAGE = ("app", "example.png", "index.html", "style.css")
VENDOR = (
    "onnxruntime-web/dist/ort.wasm.min.mjs",
    "onnxruntime-web/dist/ort-wasm-simd-threaded.mjs",
    "onnxruntime-web/dist/ort-wasm-simd-threaded.wasm",
)


def assemble(folder: Path, packages: Path, config: Config) -> None:
    """Writes everything that a web server has to serve.

    Args:
        folder: emptied first.
        packages: folder with `node_modules`, see `install`.
        config: becomes config.json.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "vendor").mkdir(parents=True)
    for name in PAGE:
        copy = shutil.copytree if (SOURCE / name).is_dir() else shutil.copy
        copy(SOURCE / name, folder / name)
    for name in VENDOR:
        shutil.copy(packages / "node_modules" / name, folder / "vendor")
    shutil.copytree(CLIENT, folder / "vendor" / "web_client")
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def install(packages: Path, *, development: bool = False) -> None:
    """Installs the locked libraries, unless the same ones are there.

    Args:
        packages: folder that gets `node_modules`.
        development: also what the tests of the page need.

    Raises:
        CommandError: when there is no npm, or when it fails.
    """
    lock = (SOURCE / "package-lock.json").read_text()
    stamp = packages / "installed.json"
    wanted = json.dumps({"development": development, "lock": lock})
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if shutil.which("npm") is None:
        raise CommandError("npm is missing: install Node.js 20 or newer.")
    packages.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, packages)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", *([] if development else ["--omit=dev"])],
        cwd=packages,
        env={**os.environ, "npm_config_cache": str(ROOT / ".cache" / "npm")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = " ".join(done.stderr.split())
        raise CommandError(f"npm ci failed, check the network: {reason[:600]}")
    stamp.write_text(wanted)
