"""The HTTP server that every release brings: an instance can install nothing when it starts."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from navigation_model.packer.archive import Content
from navigation_model.packer.errors import PackError

HERE = Path(__file__).resolve().parent.parent
SERVER = HERE / "code" / "release_server"
PROTOCOL = HERE / "code" / "navigation_protocol"
REQUIREMENTS = HERE.parent / "requirements" / "release_server.txt"
WHEELS = HERE.parent / "build" / "navigation" / "wheels"


def server_environment() -> dict[str, str]:
    """The variables with which a container lets its release serve; Terraform reads them too."""
    content = (HERE / "server_environment.json").read_text(encoding="utf-8")
    return dict(json.loads(content))


def server_members() -> dict[str, Content]:
    """The server, the protocol and the packages that it runs on, by their names in the archive.

    Raises:
        PackError: when the packages have not been downloaded before and cannot be now.
    """
    found: dict[str, Content] = {
        f"code/{folder.name}/{path.name}": path
        for folder in (SERVER, PROTOCOL)
        for path in sorted(folder.glob("*.py"))
    }
    for wheel in sorted(_wheels().glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    found[f"code/{SERVER.name}/vendor/{entry.filename}"] = archive.read(entry)
    return found


def _wheels() -> Path:
    """Folder with the wheels, whose hashes were checked; downloaded once per lock file."""
    target = WHEELS / hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]
    if target.is_dir():
        return target
    WHEELS.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=WHEELS, prefix=".part-"))
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary", ":all:", "--require-hashes"),
        *("--dest", str(part), "--requirement", str(REQUIREMENTS)),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise PackError(
                f"The packages of {REQUIREMENTS.name} could not be downloaded: {reason}. Check the "
                "network, and the index that PIP_INDEX_URL names, if any."
            )
        if other := [path.name for path in part.iterdir() if "-none-any" not in path.name]:
            raise PackError(f"{other[0]} fits one platform: pin packages of pure Python only.")
        try:
            part.rename(target)
        except OSError:
            if not target.is_dir():  # else another process was faster, with the same content
                raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target
